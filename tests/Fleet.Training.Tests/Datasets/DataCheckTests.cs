using Fleet.Contracts;
using Fleet.Training.Commands;
using Fleet.Training.Datasets;
using Fleet.Training.Frames;
using SkiaSharp;

namespace Fleet.Training.Tests.Datasets;

public sealed class DataCheckTests : IDisposable
{
    private readonly ASet _set = new();

    [Fact]
    public void Reads_YOLO_boxes_and_hulls_of_polygons_from_files_without_a_last_newline()
    {
        _set.Picture("images/a.png");
        _set.File("labels/a.txt", "1 0.5 0.5 0.25 0.5\n0 0.25 0.25 0.5 0.125 0.375 0.75");
        _set.File("data.yaml", "names: {0: box, 1: can}");

        var picture = Assert.Single(_set.Check().Set.Pictures);
        Assert.Equal([("can", new(24, 12, 16, 24)), ("box", new Fleet.Vision.Evaluation.ExactBox(16, 6, 16, 30))], picture.Boxes.Select(b => (b.Label, b.Box)));
        Assert.Empty(_set.Findings());
    }

    [Fact]
    public void Says_file_by_file_what_is_wrong_with_labels()
    {
        _set.Picture("images/a.png", 1);
        _set.Picture("images/b.png", 2);
        _set.File("labels/a.txt", "0 0.5 0.5 0.25\n7 0.5 0.5 0.1 0.1\n0 1.5 0.5 0.1 0.1\n0 0.5 0.5 0 0.1\n0 1 0.5 0.5 0.5\n0 0.5 0.5 0.1 0.1");
        _set.File("labels/gone.txt", "");
        _set.File("classes.txt", "box\ncan\n");

        Assert.Equal(
            ["class-empty .", "picture-unlabelled images/b.png", "label-malformed labels/a.txt:1", "class-unknown labels/a.txt:2", "box-outside labels/a.txt:3", "box-empty labels/a.txt:4", "box-outside labels/a.txt:5", "label-without-picture labels/gone.txt"],
            _set.Findings());
        // the fifth only reaches out of the picture: it is cut, and told
        Assert.Equal([new(48, 12, 16, 24), new(28.8, 21.6, 6.4, 4.8)], _set.Check().Set.Pictures[0].Boxes.Select(b => Rounded(b.Box)));
    }

    [Fact]
    public void Says_file_by_file_what_is_wrong_with_pictures()
    {
        var whole = File.ReadAllBytes(_set.Picture("a.jpg", 1, SKEncodedImageFormat.Jpeg, 400, 300));
        _set.File("b.jpg", whole[..(whole.Length / 2)]);
        _set.File("c.jpg", "GIF89a and so on, under a wrong name");
        _set.File("d.png", "version https://git-lfs.github.com/spec/v1");
        _set.File("e.png", "");
        _set.Picture("f.jpg", 2);
        foreach (var stem in "abcdef")
        {
            _set.File($"{stem}.txt", "0 0.5 0.5 0.5 0.5");
        }

        _set.File("classes.txt", "box");
        var found = _set.Check().Findings;
        Assert.Equal(["picture-corrupt b.jpg", "picture-format c.jpg", "picture-format d.png", "picture-corrupt e.png", "picture-mislabelled f.jpg"], found.Select(f => $"{f.Code} {f.File}"));
        Assert.Contains("a GIF", found[1].Text, StringComparison.Ordinal);
        Assert.Contains("git lfs pull", found[2].Text, StringComparison.Ordinal);
        Assert.Equal(["a.jpg", "f.jpg"], _set.Check().Set.Pictures.Select(p => p.Name));
    }

    [Fact]
    public void A_picture_in_two_parts_is_an_error_and_one_that_looks_alike_a_warning()
    {
        var path = _set.Picture("train/images/a.png", 1, width: 320, height: 240);
        _set.File("valid/images/same.png", File.ReadAllBytes(path));
        // the same picture, compressed
        _set.Picture("test/images/alike.jpg", 1, SKEncodedImageFormat.Jpeg, 320, 240);
        _set.Picture("test/images/other.jpg", 2, SKEncodedImageFormat.Jpeg, 320, 240);
        foreach (var name in new[] { "train/labels/a", "valid/labels/same", "test/labels/alike", "test/labels/other" })
        {
            _set.File(name + ".txt", "0 0.5 0.5 0.5 0.5");
        }

        _set.File("data.yaml", "names: [box]");
        var found = _set.Check();
        Assert.Equal([("duplicate-across-splits", "valid/images/same.png")], found.Findings.Where(f => f.Severity == Severity.Error).Select(f => (f.Code, f.File)));
        Assert.Equal(["lookalike-across-splits"], found.Findings.Where(f => f.Severity == Severity.Warning).Select(f => f.Code).Distinct());
        Assert.DoesNotContain(found.Findings, f => f.File.Contains("other", StringComparison.Ordinal));
    }

    [Fact]
    public void Reads_what_the_twin_writes_and_knows_that_its_boxes_are_modal()
    {
        _set.Picture("images/000.png");
        _set.File("labels.json", """
            {"info":{"scene":"s","box_policy":"modal"},"images":[{"id":7,"file_name":"000.png","width":64,"height":48}],
             "annotations":[{"id":1,"image_id":7,"category_id":1,"bbox":[1,2,3,4],"area":12,"iscrowd":0,"visible_fraction":0.5}],
             "categories":[{"id":1,"name":"box"}]}
            """);
        var set = _set.Check().Set;
        Assert.Equal((BoxPolicy.Modal, DatasetFormat.Coco), (set.Policy, set.Format));
        Assert.Equal(("box", new(1, 2, 3, 4), 0.5), Assert.Single(Assert.Single(set.Pictures).Boxes) is var b ? (b.Label, b.Box, b.VisibleFraction) : default);
        Assert.Equal(["policy-mixed ."], _set.Findings(new ReadOptions { Policy = BoxPolicy.Amodal }));
    }

    [Fact]
    public void COCO_entries_that_lead_nowhere_are_told()
    {
        _set.Picture("a.png", 1);
        _set.Picture("b.png", 2);
        _set.File("labels.json", """
            {"images":[{"id":1,"file_name":"a.png","width":64,"height":48},{"id":2,"file_name":"gone.png"},{"id":3,"file_name":"b.png","width":640,"height":480}],
             "annotations":[{"id":1,"image_id":1,"category_id":9,"bbox":[1,2,3,4]},{"id":2,"image_id":8,"category_id":1,"bbox":[1,2,3,4]},{"id":3,"image_id":1,"category_id":1},{"id":4,"image_id":1,"category_id":1,"bbox":[1,2,3,4]}],
             "categories":[{"id":1,"name":"box"}]}
            """);
        Assert.Equal(["class-unknown", "label-malformed", "label-without-picture", "label-without-picture", "picture-size", "picture-unlabelled"], _set.Check().Findings.Select(f => f.Code).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("labels.json", """{"images":[null],"annotations":[]}""", "label-malformed labels.json")]
    [InlineData("labels.json", """{"images":[""", "label-malformed labels.json:1")]
    [InlineData("labels.json", """{"images":[{"id":1,"file_name":"a.png"},{"id":2,"file_name":"a.png"}],"annotations":[]}""", "label-twice a.png")]
    [InlineData("labels.json", """{"images":[{"id":1,"file_name":"../../secret.png"}],"annotations":[]}""", "label-without-picture labels.json")]
    [InlineData("a.xml", "", "label-malformed a.xml")]
    [InlineData("a.xml", """<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><annotation><filename>&x;</filename></annotation>""", "label-malformed a.xml:1")]
    [InlineData("a.txt", "0 0,5 0,5 0,2 0,2", "label-malformed a.txt:1")]
    [InlineData("a.txt", "0 nan 0.5 0.5 0.5", "box-empty a.txt:1")]
    [InlineData("data.yaml", "names: 5", "notes-malformed data.yaml:1")]
    [InlineData("data.yaml", "names: [a\n - b", "notes-malformed data.yaml:3")]
    [InlineData("data.yaml", "names: DEEP", "notes-malformed data.yaml:1")]
    public void Broken_label_files_are_told_and_never_end_the_check(string file, string text, string finding)
    {
        _set.Picture("a.png");
        _set.File(file, text.Replace("DEEP", new string('[', 100_000), StringComparison.Ordinal));
        if (file != "data.yaml")
        {
            _set.File("classes.txt", "box");
        }
        else
        {
            _set.File("a.txt", "");
        }

        Assert.Contains(finding, _set.Findings());
        Assert.True(_set.Check().Errors > 0);
    }

    [Fact]
    public void Classes_without_pictures_and_classes_written_in_two_ways_are_told()
    {
        _set.Picture("can/1.png", 1);
        _set.Picture("milk carton/1.png", 2);
        _set.Picture("Milk-Carton/1.png", 3);
        Directory.CreateDirectory(Path.Combine(_set.Path, "jar"));
        Assert.Equal(["class-alike .", "class-empty jar"], _set.Findings());
    }

    [Fact]
    public void Class_numbers_without_a_name_do_not_shift_the_others()
    {
        _set.Picture("a.png");
        _set.File("a.txt", "3 0.5 0.5 0.2 0.2\n2 0.5 0.5 0.2 0.2");
        _set.File("data.yaml", "names: {0: box, 3: can}");
        Assert.Equal("can", Assert.Single(Assert.Single(_set.Check().Set.Pictures).Boxes).Label);
        Assert.Contains("class-unknown a.txt:2", _set.Findings());
    }

    [Fact]
    public void Reads_VOC_files_with_their_parts()
    {
        _set.Picture("JPEGImages/a.jpg", 1, SKEncodedImageFormat.Jpeg);
        _set.Picture("JPEGImages/b.jpg", 2, SKEncodedImageFormat.Jpeg);
        _set.File("Annotations/a.xml", "<annotation><filename>a.jpg</filename><object><name>box</name><difficult>1</difficult><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>11</xmax><ymax>22</ymax></bndbox></object></annotation>");
        _set.File("Annotations/b.xml", "<annotation><filename>b.jpg</filename></annotation>");
        _set.File("ImageSets/Main/train.txt", "a\n");
        _set.File("ImageSets/Main/val.txt", "b");
        var pictures = _set.Check().Set.Pictures;
        Assert.Equal([("JPEGImages/a.jpg", "train", 1), ("JPEGImages/b.jpg", "valid", 0)], pictures.Select(p => (p.Name, p.Split, p.Boxes.Count)));
        Assert.Equal((new Fleet.Vision.Evaluation.ExactBox(1, 2, 10, 20), true), (pictures[0].Boxes[0].Box, pictures[0].Boxes[0].Difficult));
    }

    [Fact]
    public void A_folder_for_each_class_is_read_but_no_detector_learns_from_it()
    {
        _set.Picture("train/can/1.png", 1);
        _set.Picture("train/jar/1.png", 2);
        _set.Picture("test/can/2.png", 3);
        Assert.Equal([("can", "test"), ("can", "train"), ("jar", "train")], _set.Check().Set.Pictures.Select(p => (p.Label!, p.Split)));
        Assert.Contains("no boxes", Assert.Throws<ProblemException>(() => TrainingSets.Load([_set.Path], new ReadOptions(), BoxPolicy.Unknown)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_on_an_empty_or_broken_set_fails_with_the_list()
    {
        var empty = Assert.Throws<ProblemException>(() => TrainingSets.Load([_set.Path], new ReadOptions(), BoxPolicy.Unknown));
        Assert.Equal(Problems.DatasetInvalid, empty.Kind);
        Assert.Contains("no picture here among 0 files", empty.Message, StringComparison.Ordinal);

        _set.File("a.png", "not a picture");
        _set.File("a.txt", "0 0.5 0.5 0.5 0.5");
        var broken = Assert.Throws<ProblemException>(() => TrainingSets.Load([_set.Path], new ReadOptions { Classes = ["box"] }, BoxPolicy.Unknown));
        Assert.Contains("error picture-format  a.png: The file is no picture of a known kind", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_part_to_train_on_is_learnt_from_and_policies_are_not_mixed()
    {
        _set.Picture("images/train/a.png", 1);
        _set.Picture("images/valid/b.png", 2);
        _set.File("labels/train/a.txt", "0 0.5 0.5 0.5 0.5");
        _set.File("labels/valid/b.txt", "0 0.5 0.5 0.5 0.5");
        _set.File("data.yaml", "names: [box]\nbox_policy: amodal");
        Assert.EndsWith("a.png", Assert.Single(TrainingSets.Load([_set.Path], new ReadOptions(), BoxPolicy.Unknown)).Path, StringComparison.Ordinal);
        Assert.Contains("must not be mixed", Assert.Throws<ProblemException>(() => TrainingSets.Load([_set.Path], new ReadOptions(), BoxPolicy.Modal)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_parts_are_those_that_data_yaml_names_also_where_its_paths_lead_out_of_the_folder()
    {
        foreach (var (name, seed) in new[] { ("images/one/a", 1), ("images/two/b", 2), ("images/two/c", 3) })
        {
            _set.Picture(name + ".png", seed);
            _set.File(name.Replace("images", "labels", StringComparison.Ordinal) + ".txt", "0 0.5 0.5 0.5 0.5");
        }

        _set.File("hold.txt", "./images/two/c.png\n");
        _set.File("data.yaml", "train: ../images/one\nval: [images/two]\ntest: hold.txt\nnames: [box]");
        Assert.Equal(["train", "valid", "test"], _set.Check().Set.Pictures.Select(p => p.Split));
        Assert.Empty(_set.Findings());
    }

    [Fact]
    public void The_command_ends_with_1_where_a_set_must_not_be_used()
    {
        _set.Picture("a.png");
        _set.File("a.txt", "0 0.5 0.5 0.5 0.5");
        _set.File("classes.txt", "box");
        using var output = new StringWriter();
        var json = Path.Combine(_set.Path, "..", Path.GetFileName(_set.Path) + ".json");
        Assert.Equal(0, Run());
        _set.File("b.txt", "0 0.5 0.5 0.5 0.5");
        Assert.Equal(1, Run());
        Assert.Contains("\"code\": \"label-without-picture\"", File.ReadAllText(json), StringComparison.Ordinal);
        File.Delete(json);

        int Run() => new DataCommand(output).Check(new Arguments([_set.Path, "--json", json], DataCommand.CheckUsage, 1, "--format", "--policy", "--json"));
    }

    public void Dispose() => _set.Dispose();

    private static Fleet.Vision.Evaluation.ExactBox Rounded(Fleet.Vision.Evaluation.ExactBox b) => new(Math.Round(b.X, 6), Math.Round(b.Y, 6), Math.Round(b.Width, 6), Math.Round(b.Height, 6));
}
