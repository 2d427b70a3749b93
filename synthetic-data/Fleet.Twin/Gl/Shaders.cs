using Silk.NET.OpenGL;

namespace Fleet.Twin.Gl;

/// <summary>The programs. Colour leaves as sqrt(light / 2), so that eight bits hold highlights and dark corners.</summary>
internal static class Shaders
{
    /// <summary>Light that is written as full white.</summary>
    public const float Ceiling = 2f;

    public const string DepthVertex = """
        #version 330 core
        layout(location=0) in vec3 position;
        layout(location=3) in mat4 model;
        uniform mat4 view;
        void main() { gl_Position = view * (model * vec4(position, 1)); }
        """;

    public const string DepthFragment = """
        #version 330 core
        void main() { }
        """;

    public const string ColourVertex = """
        #version 330 core
        layout(location=0) in vec3 position;
        layout(location=1) in vec3 normal;
        layout(location=2) in vec2 uv;
        layout(location=3) in mat4 model;
        layout(location=7) in vec4 tintEdge;
        layout(location=8) in vec4 look;
        layout(location=9) in ivec4 layersId;
        uniform mat4 view, shadowView;
        uniform sampler2D heights;
        uniform vec2 heightsCentre;
        uniform float heightsSide, heightsTop;
        out vec3 P, N, T, S;
        out vec2 U, E, F;
        out float sky;
        flat out int layer;
        flat out uint object;
        flat out vec4 lk;
        flat out float edge;

        const vec3 rays[8] = vec3[](
            vec3(.1,.99,.05), vec3(.6,.75,.25), vec3(-.55,.75,-.35), vec3(.1,.65,-.75), vec3(-.8,.4,.45), vec3(.35,.4,.85),
            vec3(.85,.2,-.5), vec3(.1,-.35,.93));

        float openSky(vec3 at, vec3 n) {
            float open = 0.;
            for (int i = 0; i < 8; i++) {
                vec3 d = rays[i];
                d -= 2. * min(dot(d, n), 0.) * n;
                vec3 q = at + n * .04 + d * (.12 + .16 * float(i));
                float top = heightsTop * (1. - textureLod(heights, vec2(q.x - heightsCentre.x, heightsCentre.y - q.z) / heightsSide + .5, 0.).r);
                open += q.y < 0. ? .35 : top > q.y + .04 ? clamp(1. - (top - q.y) * 3., 0., 1.) * .5 : 1.;
            }
            return open / 8.;
        }

        void main() {
            vec4 world = model * vec4(position, 1);
            vec3 scale = vec3(length(model[0].xyz), length(model[1].xyz), length(model[2].xyz));
            vec3 a = abs(normal);
            P = world.xyz;
            N = normalize(mat3(model) * (normal / max(scale * scale, vec3(1e-8))));
            T = tintEdge.rgb;
            edge = tintEdge.a;
            E = uv;
            F = a.y > .5 ? scale.xz : a.x > .5 ? scale.zy : scale.xy;
            U = uv * (look.x < 0. ? -look.xy * F : look.xy);
            layer = a.y > .5 ? layersId.y : a.x > .5 ? layersId.x : layersId.z;
            object = uint(layersId.w);
            lk = look;
            vec4 s = shadowView * vec4(P + N * .015, 1);
            S = s.xyz * .5 + .5;
            sky = look.w > .5 ? 1. : openSky(P, N);
            gl_Position = view * world;
        }
        """;

    public const string ColourFragment = """
        #version 330 core
        in vec3 P, N, T, S;
        in vec2 U, E, F;
        in float sky;
        flat in int layer;
        flat in uint object;
        flat in vec4 lk;
        flat in float edge;
        uniform vec3 keyDirection, keyColour, ambient, lampPlace, lampColour, eye;
        uniform sampler2DArray tex;
        uniform sampler2DShadow shadow;
        layout(location=0) out vec4 colour;
        layout(location=1) out uint id;

        float lit() {
            return .5 * (texture(shadow, S + vec3(.0009, .0004, 0)) + texture(shadow, S - vec3(.0009, .0004, 0)));
        }

        void main() {
            id = object;
            vec4 t = texture(tex, vec3(U, layer));
            vec3 base = T * t.rgb * t.rgb;
            if (lk.w > .5) { colour = vec4(sqrt(clamp(base * .5, 0., 1.)), t.a); return; }
            vec3 v = normalize(eye - P), n = normalize(N);
            if (dot(n, v) < 0.) n = -n;
            float open = .12 + .88 * sky;
            float facing = dot(n, keyDirection);
            float direct = facing > 0. && lk.w > -.5 ? facing * lit() : max(facing, 0.);
            vec3 toLamp = lampPlace - P;
            float d2 = dot(toLamp, toLamp);
            vec3 lamp = lampColour * max(dot(n, toLamp * inversesqrt(d2)), 0.) * 5. / (1.5 + d2);
            vec3 h = normalize(keyDirection + v);
            float shine = pow(max(dot(n, h), 0.), 28.) * lk.z * direct + lk.z * .25 * pow(1. - max(dot(n, v), 0.), 4.);
            vec3 light = ambient * (.72 + .28 * n.y) * open + keyColour * direct + lamp * (.4 + .6 * open);
            vec2 m = min(E, 1. - E) * F;
            float rim = edge > 0. ? min(m.x, m.y) : 1.;
            float seam = 1. - edge * (.75 * (1. - smoothstep(.0, .007, rim)) + .22 * (1. - smoothstep(.0, .05, rim)));
            vec3 c = (base * light + shine * (keyColour + ambient)) * seam;
            colour = vec4(sqrt(clamp(c * .5, 0., 1.)), t.a);
        }
        """;

    public static uint Link(GL gl, string vertex, string fragment)
    {
        var program = gl.CreateProgram();
        foreach (var (type, source) in new[] { (ShaderType.VertexShader, vertex), (ShaderType.FragmentShader, fragment) })
        {
            var shader = gl.CreateShader(type);
            gl.ShaderSource(shader, source);
            gl.CompileShader(shader);
            gl.AttachShader(program, shader);
            gl.DeleteShader(shader);
        }

        gl.LinkProgram(program);
        return gl.GetProgram(program, ProgramPropertyARB.LinkStatus) != 0
            ? program
            : throw new InvalidOperationException($"A shader does not compile: {gl.GetProgramInfoLog(program)}");
    }
}
