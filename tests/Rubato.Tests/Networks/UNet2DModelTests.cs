using System.Text.Json;
using Rubato.Networks;
using Rubato.Tensors;

namespace Rubato.Tests.Networks;

public sealed class UNet2DModelTests
{
    [Theory]
    [InlineData("unet2d-center-nomid")]
    [InlineData("unet2d-class-scaleshift-resnet")]
    [InlineData("unet2d-ncsnpp-fourier")]
    [InlineData("unet2d-noattn-mid")]
    [InlineData("unet2d-nonsquare")]
    public void The_output_and_every_module_are_those_of_the_reference(string name) => Compare(NetworkFiles.Case(name));

    [TheoryIfSet("RUBATO_GOLDENS")]
    [InlineData("unet2d-ddpm-cifar")]
    [InlineData("unet2d-ddpm-cifar-2layers")]
    [InlineData("unet2d-learned-variance")]
    public void So_are_those_of_the_cases_outside_of_the_repository(string name)
        => Compare(Path.Combine(Environment.GetEnvironmentVariable("RUBATO_GOLDENS")!, "models", name));

    [Fact]
    public void A_class_is_required_and_checked()
    {
        UNet2DModel network = NetworkFiles.UNet2D(NetworkFiles.Case("unet2d-class-scaleshift-resnet"));
        var x = Tensor.Zeros([1, 3, 8, 8]);
        Assert.Contains("needs a class", Refused(null), StringComparison.Ordinal);
        Assert.Contains("0 to 9", Refused(new ClassLabel(10)), StringComparison.Ordinal);
        Assert.Contains("0 to 9", Refused(new ClassLabel(-1)), StringComparison.Ordinal);
        Assert.Contains("ClassVector", Refused(new ClassVector(new float[64])), StringComparison.Ordinal);

        string Refused(Condition? condition)
            => Assert.Throws<ArgumentException>(() => network.Evaluate(x, [1], [condition])).Message;
    }

    [Fact]
    public void An_unconditional_network_takes_no_class()
    {
        UNet2DModel network = NetworkFiles.UNet2D(NetworkFiles.Case("unet2d-nonsquare"));
        Assert.Throws<ArgumentException>(() => network.Evaluate(Tensor.Zeros([1, 4, 8, 8]), [1], [new ClassLabel(0)]));
    }

    [Theory]
    [InlineData(3, 8, 8)]
    [InlineData(4, 7, 8)]
    [InlineData(4, 8, 7)]
    public void Samples_of_another_form_are_refused(int channels, int height, int width)
    {
        UNet2DModel network = NetworkFiles.UNet2D(NetworkFiles.Case("unet2d-nonsquare"));
        Assert.Throws<ArgumentException>(() => network.Evaluate(Tensor.Zeros([1, channels, height, width]), [1], [null]));
    }

    [Fact]
    public void Times_that_the_network_cannot_see_are_refused()
    {
        UNet2DModel table = NetworkFiles.UNet2D(NetworkFiles.Case("unet2d-noattn-mid"));
        UNet2DModel fourier = NetworkFiles.UNet2D(NetworkFiles.Case("unet2d-ncsnpp-fourier"));
        var x = Tensor.Zeros([1, 3, 8, 8]);
        var label = new ClassVector(new float[64]);
        foreach (float time in new[] { -1, 0.5f, 100, float.NaN })
            Assert.Throws<ArgumentException>(() => table.Evaluate(x, [time], [label]));
        foreach (float time in new[] { 0, -1, float.NaN, float.PositiveInfinity })
            Assert.Throws<ArgumentException>(() => fourier.Evaluate(x, [time], [null]));
    }

    private static void Compare(string folder)
    {
        JsonElement golden = NetworkFiles.Json(Path.Combine(folder, "case.json"));
        Dictionary<string, Tensor> tensors = NetworkFiles.Tensors(Path.Combine(folder, "tensors.safetensors"));
        Tensor x = tensors["sample"];
        int count = x.Shape[0];
        float[] times = [.. Enumerable.Range(0, count).Select(i => tensors["timestep"].ToArray()[i % tensors["timestep"].Count])];
        var traced = new Dictionary<string, (float[] Values, Shape Shape)>(StringComparer.Ordinal);

        Tensor got = NetworkFiles.UNet2D(folder).Evaluate(x, times, Conditions(tensors, count), (module, y) =>
        {
            Tensor picture = y.Shape.Rank == 4 ? y.ToChannelsFirst() : y;
            traced["trace." + module] = (picture.ToArray(), picture.Shape);   // the tensor ends with the evaluation
        });

        // The first module that differs is the one to look at.
        foreach (string trace in golden.GetProperty("traces").EnumerateArray().Select(name => name.GetString()!))
        {
            double off = NetworkFiles.Distance(Tensor.From(traced[trace].Values, traced[trace].Shape), tensors[trace]), limit = 1e-4 * NetworkFiles.Largest(tensors[trace]);
            Assert.True(off <= limit, $"{trace}: off by {off:G3}; the limit is {limit:G3}");
        }

        JsonElement tolerance = golden.GetProperty("tolerances").GetProperty("out.output");
        double atol = tolerance.GetProperty("atol").GetDouble(), rtol = tolerance.GetProperty("rtol").GetDouble();
        double error = NetworkFiles.Distance(got, tensors["out.output"]);
        double most = atol + rtol * NetworkFiles.Largest(tensors["out.output"]);
        Assert.True(error <= most, $"out.output: off by {error:G3}; the limit is {most:G3}");
        if (Environment.GetEnvironmentVariable("RUBATO_DEV") is { } log)
            File.AppendAllText(log, $"{Path.GetFileName(folder)} {error:G3} of {most:G3}\n");
    }

    private static Condition?[] Conditions(Dictionary<string, Tensor> tensors, int count)
    {
        if (!tensors.TryGetValue("class_labels", out Tensor? labels)) return new Condition?[count];
        float[] values = labels.ToArray();
        int width = values.Length / count;
        return labels.Shape.Rank == 1
            ? [.. values.Select(label => new ClassLabel((int)label))]
            : [.. Enumerable.Range(0, count).Select(i => new ClassVector(values.AsMemory(i * width, width)))];
    }
}
