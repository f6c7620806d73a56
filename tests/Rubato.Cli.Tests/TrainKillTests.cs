using System.Diagnostics;
using Rubato.Checkpoints;

namespace Rubato.Cli.Tests;

/// <summary>A process that trains is killed, at moments that the test draws, and started again.</summary>
public sealed class TrainKillTests
{
    private const int Pictures = 200, Batch = 4, MostAttempts = 30;

    [Fact]
    public async Task A_run_that_is_killed_three_times_ends_in_the_weights_of_one_that_was_not()
    {
        using var shell = new Shell();
        string data = TrainingData.Write(shell.Of("data")), whole = shell.Of("whole"), torn = shell.Of("torn");
        using (Process undisturbed = Start(Plain(data, whole))) Assert.Equal(0, await EndOf(undisturbed));
        int seed = Environment.TickCount;
        var random = new Random(seed);
        string drawn = $"The moments are those of seed {seed}.";

        // Between two checkpoints, a while after one has appeared.
        await KillAsync(Plain(data, torn), () => Checkpoints(torn).Length > 0, TimeSpan.FromMilliseconds(random.Next(200)));
        // As soon as the run has got further by a number of steps.
        long further = Seen(torn) + Batch * random.Next(1, 10);
        await KillAsync(Plain(data, torn), () => Seen(torn) >= further, TimeSpan.Zero);
        // Inside of a write: the half file stays behind and proves it.
        int attempts = 0;
        do
        {
            Assert.True(++attempts <= MostAttempts && Seen(torn) < Pictures - Batch, $"No kill fell into a write. {drawn}");
            await KillAsync(Plain(data, torn), () => Temporary(torn).Length > 0, TimeSpan.Zero);
        }
        while (Temporary(torn).Length == 0);
        Assert.True(Seen(torn) < Pictures, drawn);

        using (Process last = Start(Plain(data, torn))) Assert.Equal(0, await EndOf(last));
        Assert.Empty(Temporary(torn));
        RequireEqual(Checkpoints(whole)[^1], Checkpoints(torn)[^1], drawn);
        Assert.Equal(File.ReadAllBytes(Path.Combine(whole, "raw.safetensors")), File.ReadAllBytes(Path.Combine(torn, "raw.safetensors")));
    }

    [Fact]
    public async Task A_run_that_is_killed_while_it_is_adapted_ends_in_the_weights_of_one_that_was_not()
    {
        using var shell = new Shell();
        string data = TrainingData.Write(shell.Of("data")), trained = shell.Of("trained"), whole = shell.Of("whole"), torn = shell.Of("torn");
        string[] manner = ["--batch", $"{Batch}", "--checkpoint-every", "0", "--sample-every", "0", "--json"];
        using (Process stages = Start(["ac-diff", data, "-o", trained, "--channels", "8,8", "--attention", "none", "--pictures", "40", "--conditions", "20", .. manner]))
            Assert.Equal(0, await EndOf(stages));
        string[] Adapt(string run) => ["ac-diff", data, "-o", run, "--from", trained, "--adapt", "160", .. manner];

        using (Process undisturbed = Start(Adapt(whole))) Assert.Equal(0, await EndOf(undisturbed));
        await KillAsync(Adapt(torn), () => Seen(torn) > 40, TimeSpan.Zero);
        Assert.InRange(Seen(torn), 41, Pictures - 1);
        using (Process last = Start(Adapt(torn))) Assert.Equal(0, await EndOf(last));
        RequireEqual(Checkpoints(whole)[^1], Checkpoints(torn)[^1], "It was killed after its first step.");
        using SafetensorsFile end = SafetensorsFile.Open(Checkpoints(torn)[^1]);
        Assert.Equal(("40", "200"), (end.Metadata["adapted_from"], end.Metadata["pictures"]));
    }

    /// <summary>Starts, waits for a moment, kills as SIGKILL does, and waits for the end.</summary>
    private static async Task KillAsync(string[] arguments, Func<bool> reached, TimeSpan after)
    {
        using Process process = Start(arguments);
        var watch = Stopwatch.StartNew();
        while (!reached() && !process.HasExited && watch.Elapsed < TimeSpan.FromMinutes(1)) Thread.Yield();
        await Task.Delay(after);
        process.Kill();
        await process.WaitForExitAsync();
    }

    private static string[] Plain(string data, string run) =>
    [
        data, "-o", run, "--channels", "8,8", "--attention", "none", "--batch", $"{Batch}", "--pictures", $"{Pictures}",
        "--checkpoint-every", "0", "--sample-every", "0", "--json",
    ];

    private static Process Start(string[] arguments) => Process.Start(new ProcessStartInfo("dotnet",
        [Path.Combine(AppContext.BaseDirectory, "Rubato.Cli.dll"), "train", .. arguments])
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
    })!;

    private static async Task<int> EndOf(Process process)
    {
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static string[] Checkpoints(string run) => FilesOf(run, "pictures-*.safetensors");

    private static string[] Temporary(string run) => FilesOf(run, ".rubato-*.tmp");

    private static string[] FilesOf(string run, string pattern)
    {
        string folder = Path.Combine(run, "checkpoints");
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal)] : [];
    }

    private static long Seen(string run) => Checkpoints(run) is [.., string last]
        ? long.Parse(Path.GetFileNameWithoutExtension(last)["pictures-".Length..], System.Globalization.CultureInfo.InvariantCulture) : 0;

    /// <summary>All but the clock's readings are the same bits.</summary>
    private static void RequireEqual(string expected, string actual, string drawn)
    {
        using SafetensorsFile a = SafetensorsFile.Open(expected), b = SafetensorsFile.Open(actual);
        Assert.Equal(Texts(a), Texts(b));
        Assert.Equal(a.Tensors.Select(tensor => tensor.Name), b.Tensors.Select(tensor => tensor.Name));
        foreach (StoredTensor tensor in a.Tensors.Where(tensor => tensor.Name != "history"))
            Assert.True(Bytes(tensor).SequenceEqual(Bytes(b[tensor.Name])), $"{tensor.Name} differs. {drawn}");

        static IEnumerable<string> Texts(SafetensorsFile file) => file.Metadata.Where(entry => entry.Key != "seconds")
            .Select(entry => $"{entry.Key}: {entry.Value}").Order(StringComparer.Ordinal);

        static byte[] Bytes(StoredTensor tensor)
        {
            byte[] bytes = new byte[tensor.ByteCount];
            tensor.Read(bytes);
            return bytes;
        }
    }
}
