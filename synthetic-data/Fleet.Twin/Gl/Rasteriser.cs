using System.Numerics;
using Fleet.Twin.World;
using Silk.NET.OpenGL;

namespace Fleet.Twin.Gl;

/// <summary>Draws things into colour and ids: heights for soft shade, a shadow map, solids, then film.</summary>
internal sealed unsafe class Rasteriser : IDisposable
{
    private const float HeightsSide = 16f;
    private const float HeightsTop = 12f;
    private const float ShadowSide = 11f;

    private readonly GL _gl;
    private readonly Targets _targets;
    private readonly DepthMap _heights;
    private readonly DepthMap _shadow;
    private readonly InstanceBuffer _instances;
    private readonly TextureBank _bank;
    private readonly uint _colour;
    private readonly uint _depth;

    /// <param name="own">Meshes of the scene's own.</param>
    public Rasteriser(GL gl, TextureBank bank, int width, int height, IReadOnlyList<float[]> own)
    {
        (_gl, _bank) = (gl, bank);
        _targets = new Targets(gl, width, height);
        _heights = new DepthMap(gl, 256, compare: false);
        _shadow = new DepthMap(gl, 1024, compare: true);
        _instances = new InstanceBuffer(gl, own);
        _depth = Shaders.Link(gl, Shaders.DepthVertex, Shaders.DepthFragment);
        _colour = Shaders.Link(gl, Shaders.ColourVertex, Shaders.ColourFragment);
        gl.Enable(EnableCap.DepthTest);
    }

    /// <summary>Draws; rows come from the bottom.</summary>
    public void Draw(IReadOnlyList<Thing> things, View view, Matrix4x4 camera, Lighting light, byte[] bgra, uint[] ids)
    {
        _instances.Fill(things, _bank);
        var centre = view.Eye + (view.Forward * 3.2f) with { Y = 0 };
        var above = new Vector3(centre.X, HeightsTop / 2, centre.Z);
        var shadow = DepthMap.Looking(centre with { Y = 1.2f }, light.KeyDirection, ShadowSide, 26f);
        _gl.UseProgram(_depth);
        DrawDepth(_heights, DepthMap.Looking(above, Vector3.UnitY, HeightsSide, HeightsTop));
        DrawDepth(_shadow, shadow);
        DrawColour(view, camera, light, shadow, above);
        _targets.Read(bgra, ids);
    }

    public void Dispose()
    {
        _targets.Dispose();
        _heights.Dispose();
        _shadow.Dispose();
        _instances.Dispose();
        _gl.DeleteProgram(_colour);
        _gl.DeleteProgram(_depth);
    }

    private void DrawDepth(DepthMap map, Matrix4x4 view)
    {
        map.Begin();
        Set(_depth, "view", view);
        _instances.Draw(Matter.Solid);
    }

    private void DrawColour(View view, Matrix4x4 camera, Lighting light, Matrix4x4 shadow, Vector3 above)
    {
        _gl.UseProgram(_colour);
        _targets.Begin();
        _bank.Bind(0);
        _shadow.Bind(1);
        _heights.Bind(2);
        _gl.Uniform1(At("tex"), 0);
        _gl.Uniform1(At("shadow"), 1);
        _gl.Uniform1(At("heights"), 2);
        _gl.Uniform1(At("heightsSide"), HeightsSide);
        _gl.Uniform1(At("heightsTop"), HeightsTop);
        _gl.Uniform2(At("heightsCentre"), above.X, above.Z);
        Set(_colour, "view", camera);
        Set(_colour, "shadowView", shadow);
        Set("eye", view.Eye);
        Set("keyDirection", light.KeyDirection);
        Set("keyColour", light.Key);
        Set("ambient", light.Ambient);
        Set("lampPlace", light.LampPlace);
        Set("lampColour", light.Lamp);
        _instances.Draw(Matter.Glow);
        _instances.Draw(Matter.Solid);
        _instances.Draw(Matter.Room);
        DrawGhosts();
        DrawFilm();
    }

    private void DrawGhosts()
    {
        _gl.ColorMask(0, false, false, false, false);
        _gl.DepthMask(false);
        _instances.Draw(Matter.Ghost);
        _gl.DepthMask(true);
        _gl.ColorMask(0, true, true, true, true);
    }

    private void DrawFilm()
    {
        _gl.ColorMask(1, false, false, false, false);
        _gl.DepthMask(false);
        _gl.Enable(EnableCap.Blend, 0);
        _gl.BlendFunc(BlendingFactor.SrcAlpha, BlendingFactor.OneMinusSrcAlpha);
        _instances.Draw(Matter.Film);
        _gl.Disable(EnableCap.Blend, 0);
        _gl.DepthMask(true);
        _gl.ColorMask(1, true, true, true, true);
    }

    private int At(string name) => _gl.GetUniformLocation(_colour, name);

    private void Set(string name, Vector3 value) => _gl.Uniform3(At(name), value.X, value.Y, value.Z);

    private void Set(uint program, string name, Matrix4x4 value) =>
        _gl.UniformMatrix4(_gl.GetUniformLocation(program, name), 1, false, (float*)&value);
}
