using Rubato.Tensors.Layers;
using Rubato.Tensors.Tests.Operations;
using static Rubato.Tensors.Tests.Gradients.Gradients;

namespace Rubato.Tensors.Tests.Gradients;

[Collection(nameof(Alone))]
public sealed class GroupNormGradientTests
{
    private const float Eps = 1e-5f;

    /// <summary>Pictures, pixels, channels, groups, mean of x, whether there are rows to scale and shift by.</summary>
    public static TheoryData<int, int, int, int, float, bool> Sizes => new()
    {
        { 2, 9, 8, 4, 0, true }, { 3, 35, 6, 3, 0, false }, { 2, 16, 33, 11, 0, true }, { 2, 1, 12, 2, 0, true },
        { 1, 700, 17, 1, 0, true },      // one picture for two threads, chunks that differ in length
        { 2, 272, 32, 8, 0, false }, { 2, 40, 16, 4, 1000, true }, { 1, 300, 40, 8, -300, false }, { 4, 4, 600, 8, 0, true },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void All_gradients_are_those_of_float64(int pictures, int pixels, int channels, int groups, float mean, bool modulated)
    {
        foreach (Activation activation in (Activation[])[Activation.None, Activation.Silu])
        {
            Tensor x = Normal(1, pictures, pixels, channels).AddScalar(mean), dy = Normal(2, pictures, pixels, channels);
            Tensor? weight = modulated ? Normal(3, channels) : null, bias = modulated ? Normal(4, channels) : null;
            Tensor? scale = modulated ? Normal(5, pictures, channels) : null, shift = modulated ? Normal(6, pictures, channels) : null;
            Tensor row = Normal(7, channels), rows = Normal(8, pictures, channels);   // what gradients are added to
            Twin[] want = Reference(x, dy, groups, activation, weight, bias, scale, shift, row, rows);
            Agree(() =>
            {
                Tensor dWeight = row.Clone(), dBias = row.Clone(), dScale = rows.Clone(), dShift = rows.Clone();
                Tensor dx = GroupNormGradient.Compute(
                    x, dy, weight, bias, groups, Eps, activation, scale, shift, dWeight, dBias, dScale, dShift);
                return [dx, dWeight, dBias, dScale, dShift];
            }, want, 24 + Math.Sqrt(pixels));
        }
    }

    [Fact]
    public void Without_targets_only_the_input_s_gradient_is_computed()
    {
        Tensor x = Normal(1, 2, 3, 5, 8), dy = Normal(2, 2, 3, 5, 8);
        Tensor dx = GroupNormGradient.Compute(x, dy, null, null, 2, Eps, Activation.Mish, null, null, null, null, null, null);
        Assert.Equal(x.Shape, dx.Shape);
        // A norm does not see what is added to a group or multiplies it: its gradient is orthogonal to both.
        for (int group = 0; group < 4; group++)
        {
            int[] own = [.. Enumerable.Range(0, 120).Where(i => i % 8 / 4 == group % 2).Select(i => group / 2 * 120 + i)];
            float[] values = x.ToArray(), gradient = dx.ToArray();
            Assert.Equal(0, own.Sum(i => (double)gradient[i]), 1e-5);
            Assert.Equal(0, own.Sum(i => (double)gradient[i] * values[i]), 1e-3);
        }
    }

    private static Twin[] Reference(
        Tensor x, Tensor dy, int groups, Activation activation, Tensor? weight, Tensor? bias, Tensor? scale, Tensor? shift, Tensor row, Tensor rows)
    {
        (int pictures, int pixels, int channels) = (x.Shape[0], x.Shape[1], x.Shape[2]);
        Twin tx = Twin.Of(x), tdy = Twin.Of(dy), start = Twin.Of(row), starts = Twin.Of(rows);
        Twin? w = weight is null ? null : Twin.Of(weight), b = bias is null ? null : Twin.Of(bias);
        Twin? s = scale is null ? null : Twin.Of(scale), t = shift is null ? null : Twin.Of(shift);
        int width = channels / groups;
        double count = pixels * width;
        double Gain(int n, int c) => 1 + (s?[n, c] ?? 0);
        double Weight(int c) => w?[c] ?? 1;

        double[] normal = new double[tx.Values.Length], du = new double[normal.Length], dx = new double[normal.Length];
        for (int n = 0; n < pictures; n++)
        {
            for (int g = 0; g < groups; g++)
            {
                int[] own = [.. Enumerable.Range(0, pixels).SelectMany(p =>
                    Enumerable.Range(g * width, width).Select(c => (n * pixels + p) * channels + c))];
                double mean = own.Average(i => tx.Values[i]), variance = own.Average(i => Math.Pow(tx.Values[i] - mean, 2));
                double reciprocal = 1 / Math.Sqrt(variance + Eps);
                foreach (int i in own)
                {
                    int c = i % channels;
                    normal[i] = (tx.Values[i] - mean) * reciprocal;
                    double u = (normal[i] * Weight(c) + (b?[c] ?? 0)) * Gain(n, c) + (t?[n, c] ?? 0), sigmoid = 1 / (1 + Math.Exp(-u));
                    du[i] = tdy.Values[i] * (activation == Activation.None ? 1 : sigmoid * (1 + u * (1 - sigmoid)));
                }

                double G(int i) => du[i] * Weight(i % channels) * Gain(n, i % channels);
                double m1 = own.Sum(G) / count, m2 = own.Sum(i => G(i) * normal[i]) / count;
                foreach (int i in own) dx[i] = reciprocal * (G(i) - m1 - normal[i] * m2);
            }
        }

        double Plain(int n, int c) => Sum(pixels, p => du[(n * pixels + p) * channels + c]);
        double Product(int n, int c) => Sum(pixels, p => du[(n * pixels + p) * channels + c] * normal[(n * pixels + p) * channels + c]);
        return
        [
            Twin.Build([pictures, pixels, channels], i => dx[(i[0] * pixels + i[1]) * channels + i[2]]),
            Twin.Build([channels], i => start[i[0]] + Sum(pictures, n => Gain(n, i[0]) * Product(n, i[0]))),
            Twin.Build([channels], i => start[i[0]] + Sum(pictures, n => Gain(n, i[0]) * Plain(n, i[0]))),
            Twin.Build([pictures, channels], i => starts[i[0], i[1]] + Weight(i[1]) * Product(i[0], i[1]) + (b?[i[1]] ?? 0) * Plain(i[0], i[1])),
            Twin.Build([pictures, channels], i => starts[i[0], i[1]] + Plain(i[0], i[1])),
        ];
    }
}
