using System.Diagnostics;
using System.Text.Json;

namespace Rubato.Benchmarks.Kernels;

/// <summary>
/// Another library in a process of its own. Its first line of output describes it; then every line of input is a
/// case's name, and every line of output an object with <c>seconds</c> (null where it cannot) and <c>form</c>.
/// </summary>
internal sealed class Peer : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts the command, by the shell.</summary>
    public Peer(string command)
    {
        _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException($"The peer could not be started: {command}");
        using JsonDocument hello = Answer();
        Description = hello.RootElement.GetProperty("peer").GetString() ?? "a peer";
    }

    /// <summary>Name, version and settings, as the peer states them.</summary>
    public string Description { get; }

    /// <summary>The time of a case and the form in which the peer was fastest; null where it does not know the case.</summary>
    public (double Seconds, string Form)? Measure(string name)
    {
        _process.StandardInput.WriteLine(name);
        _process.StandardInput.Flush();
        using JsonDocument answer = Answer();
        JsonElement seconds = answer.RootElement.GetProperty("seconds");
        return seconds.ValueKind == JsonValueKind.Number
            ? (seconds.GetDouble(), answer.RootElement.GetProperty("form").GetString() ?? "") : null;
    }

    private JsonDocument Answer() => _process.StandardOutput.ReadLine() is { } line ? JsonDocument.Parse(line)
        : throw new InvalidOperationException("The peer ended without an answer; its own message stands above.");

    /// <summary>Ends the peer by ending its input.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
