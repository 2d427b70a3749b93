namespace Fleet.Twin.Own;

/// <summary>A picture or asset of the user's cannot be used; the text says why and what is wanted, and goes on after the file's name.</summary>
internal sealed class UnfitFileException(string why, Exception? cause = null) : Exception(why, cause);
