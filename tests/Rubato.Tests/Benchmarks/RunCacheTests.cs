using Rubato.Benchmarks;
using Rubato.Imaging;
using Rubato.Pipelines;
using Rubato.Tests.Networks;

namespace Rubato.Tests.Benchmarks;

public sealed class RunCacheTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Runs_come_back_as_they_were()
    {
        Fill();
        using var cache = RunCache<RunResult>.Open(_folder.Of("runs"), "head");
        Assert.Equal(3, cache.Count);
        for (int i = 0; i < 3; i++)
        {
            (RunResult want, RunResult got) = (Run(i), cache.Find($"run {i}")!);
            Assert.Equal(want.Evaluated, got.Evaluated);
            Assert.Equal(want.Cosines, got.Cosines);
            Assert.Equal((want.Evaluations, 2, 3, 1), (got.Evaluations, got.Picture.Width, got.Picture.Height, got.Picture.Channels));
            Assert.Equal(want.Picture.Pixels, got.Picture.Pixels);
        }

        Assert.Null(cache.Find("run 3"));
    }

    [Fact]
    public void Wherever_the_last_write_was_cut_off_the_runs_before_it_are_there()
    {
        Fill();
        byte[] whole = File.ReadAllBytes(_folder.Of("runs"));
        int last = (whole.Length - "head\n".Length) / 3;   // runs are of one size
        for (int cut = 1; cut <= last; cut++)
        {
            File.WriteAllBytes(_folder.Of("runs"), whole[..^cut]);
            using (var cache = RunCache<RunResult>.Open(_folder.Of("runs"), "head"))
            {
                Assert.Equal(2, cache.Count);
                cache.Add("run 2", Run(2));
            }

            Assert.Equal(whole, File.ReadAllBytes(_folder.Of("runs")));
        }
    }

    [Fact]
    public void A_run_that_is_damaged_and_what_follows_it_are_made_again()
    {
        Fill();
        byte[] bytes = File.ReadAllBytes(_folder.Of("runs"));
        bytes[5 + (bytes.Length - 5) / 3 + 20] ^= 1;
        File.WriteAllBytes(_folder.Of("runs"), bytes);
        using var cache = RunCache<RunResult>.Open(_folder.Of("runs"), "head");
        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void Who_comes_second_is_told_and_nothing_is_lost()
    {
        using (var first = RunCache<RunResult>.Open(_folder.Of("runs"), "head"))
        {
            first.Add("run 0", Run(0));
            Assert.Throws<IOException>(() => RunCache<RunResult>.Open(_folder.Of("runs"), "head"));
            first.Add("run 1", Run(1));
        }

        using var again = RunCache<RunResult>.Open(_folder.Of("runs"), "head");
        Assert.Equal(2, again.Count);
    }

    [Fact]
    public void A_model_whose_settings_change_begins_runs_of_its_own()
    {
        string shipped = NetworkFiles.InRepository("models", "mnist"), model = _folder.Of("model");
        foreach (string file in Directory.EnumerateFiles(shipped, "*", SearchOption.AllDirectories))
            _folder.Write(Path.Combine("model", Path.GetRelativePath(shipped, file)), File.ReadAllBytes(file));
        string scheduler = Path.Combine(model, "scheduler", "scheduler_config.json");
        using (RunCache<RunResult> runs = Open()) runs.Add("run 0", Run(0));
        File.WriteAllText(scheduler, File.ReadAllText(scheduler).Replace("\"clip_sample\": false", "\"clip_sample\": true", StringComparison.Ordinal));
        using (RunCache<RunResult> runs = Open()) Assert.Equal(0, runs.Count);
        File.Copy(Path.Combine(shipped, "scheduler", "scheduler_config.json"), scheduler, overwrite: true);
        using (RunCache<RunResult> runs = Open()) Assert.Equal(1, runs.Count);

        RunCache<RunResult> Open() => RunCache<RunResult>.Open(DiffuserFolder.Load(model), _folder.Of("cache"), "runs");
    }

    [Fact]
    public void Runs_under_another_head_are_not_ours()
    {
        Fill();
        using (var cache = RunCache<RunResult>.Open(_folder.Of("runs"), "heat")) Assert.Equal(0, cache.Count);
        Assert.Equal("heat\n", File.ReadAllText(_folder.Of("runs")));
    }

    private void Fill()
    {
        using var cache = RunCache<RunResult>.Open(_folder.Of("runs"), "head");
        for (int i = 0; i < 3; i++) cache.Add($"run {i}", Run(i));
    }

    private static RunResult Run(int i) => new([true, i > 0, false], 40 + i, [0.25, i], new Picture(2, 3, 1, [1, 2, 3, 4, 5, (byte)i]));
}
