using System.Security.Cryptography;
using System.Text;
using Fleet.Twin.Gl;

namespace Fleet.Twin.Own;

/// <summary>The user's own pictures and meshes that a scene names, read once and bounded; every renderer of the scene shares them.</summary>
/// <param name="folders">Where names are looked for: the scene's folder, then those of the scenes it extends.</param>
internal sealed class Belongings(IReadOnlyList<string> folders) : IDisposable
{
    public const int MostFaces = 128;
    public const int MostTriangles = 400_000;
    private const long MostFileBytes = 64L << 20;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<byte[]> _faces = [];
    private readonly List<float[]> _meshes = [];
    private int _triangles;
    private bool _any;

    /// <summary>Textures, 256 x 256 RGBA each.</summary>
    public IReadOnlyList<byte[]> Faces => _faces;

    /// <summary>Meshes within the unit box, in the vertex layout of <see cref="Meshes"/>; the first one's shape is <see cref="Meshes.Own"/> of 0.</summary>
    public IReadOnlyList<float[]> OwnMeshes => _meshes;

    /// <exception cref="UnfitFileException">There is no such file.</exception>
    public string Find(string name)
    {
        foreach (var folder in folders)
        {
            var path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new UnfitFileException("but there is no such file; paths are relative to the scene's own file");
    }

    /// <summary>All of a file, which from now on is part of the scene's digest.</summary>
    /// <exception cref="UnfitFileException">It is too large or cannot be read.</exception>
    public byte[] Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MostFileBytes)
            {
                throw new UnfitFileException($"but that file is larger than {MostFileBytes >> 20} MiB; a smaller one is wanted");
            }

            var bytes = File.ReadAllBytes(path);
            _hash.AppendData(bytes);
            _any = true;
            return bytes;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new UnfitFileException($"but that file cannot be read ({cause.Message.TrimEnd('.')})", cause);
        }
    }

    public Face Keep(byte[] face)
    {
        if (_faces.Count == MostFaces)
        {
            throw new UnfitFileException($"but with it the scene has more than {MostFaces} pictures of its own; leave some out");
        }

        _faces.Add(face);
        return new Face(_faces.Count - 1);
    }

    public Shape Keep(float[] mesh)
    {
        _triangles += mesh.Length / (3 * Meshes.FloatsPerVertex);
        if (_triangles > MostTriangles)
        {
            throw new UnfitFileException($"but with it the scene's assets have more than {MostTriangles:N0} triangles; simpler ones are wanted");
        }

        _meshes.Add(mesh);
        return Meshes.Own(_meshes.Count - 1);
    }

    /// <summary>The digest of a scene with the bytes of these files in it.</summary>
    public string Seal(string digest)
    {
        if (!_any)
        {
            return digest;
        }

        _hash.AppendData(Encoding.UTF8.GetBytes(digest));
        return "sha256:" + Convert.ToHexStringLower(_hash.GetCurrentHash());
    }

    public void Dispose() => _hash.Dispose();
}

/// <summary>One texture among <see cref="Belongings.Faces"/>.</summary>
internal readonly record struct Face(int Number);
