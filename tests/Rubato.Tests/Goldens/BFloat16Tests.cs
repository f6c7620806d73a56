using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Goldens;
using Rubato.Tensors;
using Rubato.Tensors.Kernels;
using Rubato.Tests.Networks;

namespace Rubato.Tests.Goldens;

/// <summary>Networks in bfloat16 against the reference in float32; see the README of tests/Goldens.</summary>
[Collection(nameof(Alone))]
public sealed class BFloat16Tests
{
    /// <summary>Other roundings of the same kind: the reference's own, several times over.</summary>
    private const double Margin = 3;

    private const string Output = "out.output";

    private static readonly string Root = NetworkFiles.InRepository("tests", "Goldens", "models");

    private static readonly JsonElement Limits =
        JsonElement.Parse(File.ReadAllBytes(Path.Combine(Root, "bf16.json"))).GetProperty("cases");

    /// <summary>Those that the repository has.</summary>
    public static TheoryData<string> Cases => [.. Limits.EnumerateObject().Select(limit => limit.Name)
        .Where(name => Directory.Exists(Path.Combine(Root, name)))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Networks_stay_within_three_times_the_error_of_the_reference_in_bfloat16(string name)
    {
        JsonElement limit = Limits.GetProperty(name);
        using var golden = GoldenCase.Open(name, Path.Combine(Root, name));
        using Checkpoint weights = Checkpoint.Open(ModelCase.FolderOf(golden));
        double[] want = golden[Output].Doubles();
        float[] got = NetworkOf(golden)(new ModelCase(golden, weights, Precision.BFloat16))
            .Single(result => result.Name == Output).Value.ToArray();
        double[] off = [.. got.Zip(want, (x, y) => x - y)];
        double largest = off.Max(Math.Abs) / want.Max(Math.Abs), mean = Math.Sqrt(off.Sum(x => x * x) / want.Sum(x => x * x));
        Assert.InRange(largest, 0, Margin * limit.GetProperty("max_error_over_absmax").GetDouble());
        // Below, the network would not compute in bfloat16 at all.
        Assert.InRange(mean, 1e-4, Margin * limit.GetProperty("rms_error_over_rms").GetDouble());
    }

    [Fact]
    public void A_network_has_the_same_bits_on_every_kernel_set()
    {
        const string Name = "unet2d-class-scaleshift-resnet";
        using var golden = GoldenCase.Open(Name, Path.Combine(Root, Name));
        using Checkpoint weights = Checkpoint.Open(ModelCase.FolderOf(golden));
        float[]? first = null;
        foreach (KernelSet set in KernelSet.All.Where(set => set.Unavailable is null && set.Fused))
        {
            using IDisposable use = KernelSet.Use(set);
            float[] output = NetworkOf(golden)(new ModelCase(golden, weights, Precision.BFloat16))
                .Single(result => result.Name == Output).Value.ToArray();
            Assert.Equal(first ??= output, output);
        }
    }

    private static Network NetworkOf(GoldenCase golden) => Rubato.Goldens.Models.ByClass[golden.Text("class")];
}
