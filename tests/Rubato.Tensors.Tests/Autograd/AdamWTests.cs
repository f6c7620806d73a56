using Rubato.Tensors.Autograd;

namespace Rubato.Tensors.Tests.Autograd;

[Collection(nameof(Alone))]
public sealed class AdamWTests
{
    private static readonly AdamWOptions Options = new() { Beta2 = 0.99, WeightDecay = 0.1 };

    // More than a piece, a vector and a lane.
    private static readonly int[] Lengths = [1, 15, 16, 33, 16384, 20001];

    [Fact]
    public void Steps_are_those_of_the_paper_in_float64()
    {
        const double Rate = 1e-2, Scale = 0.5;
        Parameter[] parameters = Parameters();
        double[][] x = [.. parameters.Select(p => p.Value.ToArray().Select(v => (double)v).ToArray())];
        double[][] m = [.. x.Select(v => new double[v.Length])], s = [.. x.Select(v => new double[v.Length])];
        var optimiser = new AdamW(parameters, Options);
        for (int step = 1; step <= 5; step++)
        {
            SetGradients(parameters, step);
            for (int p = 0; p < x.Length; p++)
            {
                for (int i = 0; i < x[p].Length; i++)
                {
                    double g = Scale * parameters[p].Gradient.AsSpan()[i];
                    m[p][i] = 0.9 * m[p][i] + 0.1 * g;
                    s[p][i] = 0.99 * s[p][i] + 0.01 * g * g;
                    double mean = m[p][i] / (1 - Math.Pow(0.9, step)), square = s[p][i] / (1 - Math.Pow(0.99, step));
                    x[p][i] -= Rate * (mean / (Math.Sqrt(square) + 1e-8) + 0.1 * x[p][i]);
                }
            }

            optimiser.Step(Rate, Scale);
        }

        for (int p = 0; p < x.Length; p++)
            for (int i = 0; i < x[p].Length; i++) Assert.Equal(x[p][i], parameters[p].Value.AsSpan()[i], 1e-6);
    }

    [Fact]
    public void All_kernel_sets_and_threads_give_the_same_bits()
    {
        float[][] results = [.. Machine.Sets.Where(set => set.Fused).SelectMany(set => new[] { 1, 2 }.Select(threads => Machine.On(set, threads, () =>
        {
            Parameter[] parameters = Parameters();
            var optimiser = new AdamW(parameters, Options);
            var average = new ParameterAverage(parameters);
            for (int step = 1; step <= 3; step++)
            {
                SetGradients(parameters, step);
                optimiser.Step(1e-2);
                average.Update(0.7);
            }

            return parameters.SelectMany(p => p.Value.ToArray()).Concat(average.Values.SelectMany(v => v.ToArray())).ToArray();
        })))];

        Assert.All(results, result => Assert.Equal(results[0], result));
    }

    [Fact]
    public void An_average_keeps_its_part_at_every_update()
    {
        Parameter[] parameters = Parameters();
        var average = new ParameterAverage(parameters);
        float[][] before = [.. parameters.Select(p => p.Value.ToArray())];
        foreach (Parameter parameter in parameters) parameter.Value.AsSpan().Fill(2);
        average.Update(0.75);
        average.Update(0.75);

        for (int p = 0; p < parameters.Length; p++)
            for (int i = 0; i < before[p].Length; i++) Assert.Equal(0.5625 * before[p][i] + 0.4375 * 2, average.Values[p].AsSpan()[i], 1e-6);
    }

    private static Parameter[] Parameters()
    {
        var noise = new NoiseStream(1, NoisePurpose.Start);
        return [.. Lengths.Select(length => new Parameter($"p{length}", Normal(noise, length)))];
    }

    private static void SetGradients(Parameter[] parameters, int step)
    {
        var noise = new NoiseStream((ulong)step, NoisePurpose.Step);
        foreach (Parameter parameter in parameters) noise.Normal(parameter.Gradient.AsSpan());
    }

    private static Tensor Normal(NoiseStream noise, int length)
    {
        Tensor tensor = Tensor.Empty([length]);
        noise.Normal(tensor.AsSpan());
        return tensor;
    }
}
