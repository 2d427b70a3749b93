using System.Diagnostics;

namespace Fleet.Agent.Engines;

/// <summary>Ends this process when the agent that started it is gone, however it went: the agent holds the other end of its standard input open and never writes.</summary>
internal static class ParentWatch
{
    public static void Begin(Stream input) => new Thread(() => Watch(input)) { IsBackground = true, Name = "parent watch" }.Start();

    private static void Watch(Stream input)
    {
        try
        {
            while (input.ReadByte() >= 0)
            {
            }
        }
        catch (IOException)
        {
            // an end that cannot be read is an end
        }

        // an orderly exit waits for what a native library is building
        Process.GetCurrentProcess().Kill();
    }
}
