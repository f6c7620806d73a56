using System.Text.Json;
using Rubato.Evaluation;
using Rubato.Imaging;

namespace Rubato.Cli.Tests;

public sealed class CompareTests
{
    [Fact]
    public async Task The_numbers_are_those_of_the_pictures_that_generate_draws()
    {
        using var shell = new Shell();
        JsonElement json = (await shell.DrawAsync("compare", "--count", "3", "--json")).Json;
        await shell.DrawAsync("generate", "--count", "3", "-o", shell.Of("adapted.png"));
        await shell.DrawAsync("generate", "--count", "3", "--policy", "none", "-o", shell.Of("full.png"));
        double sum = 0;
        foreach (JsonElement sample in json.GetProperty("samples").EnumerateArray())
        {
            long seed = sample.GetProperty("seed").GetInt64();
            Picture full = Png.Read(shell.Of($"full-seed-{seed}.png")),
                adapted = Png.Read(shell.Of($"adapted-seed-{seed}.png"));
            sum += Psnr.Capped(full, adapted);
            Assert.Equal(Psnr.Capped(full, adapted), sample.GetProperty("psnr").GetDouble(), 1e-4);
            Assert.Equal(Ssim.Of(full, adapted), sample.GetProperty("ssim").GetDouble(), 1e-5);
            Assert.Equal(50, sample.GetProperty("full").GetProperty("evaluations").GetInt32());
        }

        Assert.Equal(sum / 3, json.GetProperty("totals").GetProperty("mean_psnr").GetDouble(), 1e-4);
    }

    [Fact]
    public async Task Without_a_policy_nothing_differs()
    {
        using var shell = new Shell();
        JsonElement json = (await shell.DrawAsync("compare", "--count", "2", "--steps", "5", "--policy", "none",
            "--json")).Json;
        Assert.Equal(60, json.GetProperty("totals").GetProperty("mean_psnr").GetDouble());
        Assert.Equal(1, json.GetProperty("totals").GetProperty("mean_ssim").GetDouble(), 1e-6);
    }

    [Fact]
    public async Task Classes_are_compared_one_by_one()
    {
        using var shell = new Shell { Model = TinyModel.WithClasses };
        JsonElement samples = (await shell.DrawAsync("compare", "storm", "calm", "--count", "2", "--steps", "5",
            "--json")).Json.GetProperty("samples");
        Assert.Equal([("storm", 1), ("storm", 2), ("calm", 1), ("calm", 2)], samples.EnumerateArray().Select(sample
            => (sample.GetProperty("prompt").GetString()!, sample.GetProperty("seed").GetInt32())));
    }

    [Fact]
    public async Task The_object_of_json_reads_as_approved()
    {
        using var shell = new Shell();
        Outcome outcome = await shell.DrawAsync("compare", "--count", "1", "--steps", "6", "--json");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal(JsonValueKind.Object, outcome.Json.ValueKind);
        Approved.Verify("json-compare", outcome.Out, shell.Folder);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    public async Task The_sheet_shows_both_runs_their_difference_and_their_timelines(int count)
    {
        using var shell = new Shell();
        Outcome outcome = await shell.DrawAsync("compare", "--count", $"{count}", "--steps", "10", "--policy", "none");
        Assert.Equal(0, outcome.Code);
        Picture sheet = Png.Read(shell.Of("out.png"));
        Assert.Equal(["out.png"], shell.Files);
        // Without policies both timelines are dark from end to end: 2 bars of 10 marks, 12 x 12 pixels each, with gaps.
        int dark = 0;
        for (int i = 0; i < sheet.Pixels.Length; i += 3)
            if (sheet.Pixels.AsSpan(i, 3).SequenceEqual<byte>([31, 94, 168])) dark++;
        Assert.Equal(count * 2 * 12 * (132 - 10), dark);
    }
}
