using Fleet.Contracts;

namespace Fleet.Vision;

/// <summary>YuNet: for strides 8, 16, 32 class [1,n,1], objectness [1,n,1] and box [1,n,4]: (x, y) in cells from the cell's corner, (log w, log h) in cells. Its score is the root of class times objectness. Key points are not read.</summary>
/// <remarks>Source: OpenCV, modules/objdetect/src/face_detect.cpp (<c>postProcess</c>).</remarks>
internal sealed class YuNetHead(HeadMatch match, InputSpec input) : IHead
{
    public void Decode(IReadOnlyList<HeadOutput> outputs, float floor, float threshold, List<Candidate> into)
    {
        for (var grid = 0; grid < HeadKinds.YoloxStrides.Count; grid++)
        {
            var stride = HeadKinds.YoloxStrides[grid];
            var (faces, objects, boxes) = (outputs[match.Roles[3 * grid]].Values, outputs[match.Roles[(3 * grid) + 1]].Values, outputs[match.Roles[(3 * grid) + 2]].Values);
            var (width, count) = (input.WidthPx / stride, outputs[match.Roles[3 * grid]].Shape[1]);
            for (var cell = 0; cell < count; cell++)
            {
                var score = MathF.Sqrt(Math.Clamp(faces[cell], 0, 1) * Math.Clamp(objects[cell], 0, 1));
                if (score >= floor)
                {
                    var box = boxes.AsSpan(cell * 4, 4);
                    var (x, y) = (((cell % width) + box[0]) * stride, ((cell / width) + box[1]) * stride);
                    Candidates.Add(into, label: 0, score, Candidates.Centred(x, y, MathF.Exp(box[2]) * stride, MathF.Exp(box[3]) * stride));
                }
            }
        }
    }
}
