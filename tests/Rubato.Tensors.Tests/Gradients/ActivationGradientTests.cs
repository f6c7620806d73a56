using Rubato.Tensors.Tests.Operations;
using static Rubato.Tensors.Tests.Gradients.Gradients;

namespace Rubato.Tensors.Tests.Gradients;

[Collection(nameof(Alone))]
public sealed class ActivationGradientTests
{
    private static readonly Dictionary<Activation, Func<double, double>> Slopes = new()
    {
        [Activation.None] = _ => 1,
        [Activation.Relu] = x => x > 0 ? 1 : 0,
        [Activation.Silu] = SiluSlope,
        [Activation.Gelu] = x => NormalDistribution.Below(x) + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI),
        [Activation.GeluTanh] = x =>
        {
            double k = Math.Sqrt(2 / Math.PI), t = Math.Tanh(k * (x + 0.044715 * x * x * x));
            return (1 + t) / 2 + x / 2 * (1 - t * t) * k * (1 + 3 * 0.044715 * x * x);
        },
        [Activation.QuickGelu] = x => SiluSlope(1.702 * x),
        [Activation.Mish] = x =>
        {
            double t = Math.Tanh(Math.Log(1 + Math.Exp(x)));
            return t + x * (1 - t * t) / (1 + Math.Exp(-x));
        },
        [Activation.Sigmoid] = x => Sigmoid(x) * (1 - Sigmoid(x)),
        [Activation.Tanh] = x => 1 - Math.Tanh(x) * Math.Tanh(x),
    };

    public static TheoryData<Activation> All => [.. Slopes.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void A_slope_is_that_of_float64(Activation activation)
    {
        foreach (int count in (int[])[1, 5, 16, 31, 9001])
        {
            Tensor x = 2 * Normal(1, count), dy = Normal(2, count);
            Twin tx = Twin.Of(x), tdy = Twin.Of(dy);
            Twin want = Twin.Build([count], i => tdy[i] * Slopes[activation](tx[i]));
            // Slopes are sums of numbers about 1, whatever is left of them.
            double size = tdy.Values.Max(Math.Abs) / want.Values.Max(v => Math.Max(Math.Abs(v), 1e-30));
            Agree(() => [ActivationGradient.Compute(x, dy, activation)], [want], 8 * size);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Far_from_zero_a_slope_is_its_limit(Activation activation)
    {
        Tensor x = Tensor.From([-1e30f, -200, 200, 1e30f, float.NegativeInfinity, float.PositiveInfinity], [6]);
        float[] slopes = ActivationGradient.Compute(x, Tensor.Full([6], 1), activation).ToArray();
        double low = activation == Activation.None ? 1 : 0, high = activation is Activation.Sigmoid or Activation.Tanh ? 0 : 1;
        double[] want = [low, low, high, high, low, high];
        Assert.All(slopes.Zip(want), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_slope_is_the_difference_quotient_of_the_forward(Activation activation)
    {
        const float Step = 1f / 64;
        Tensor x = Normal(3, 500);
        float[] above = x.AddScalar(Step).Activate(activation).ToArray(), below = x.AddScalar(-Step).Activate(activation).ToArray();
        float[] slopes = ActivationGradient.Compute(x, Tensor.Full([500], 1), activation).ToArray(), values = x.ToArray();
        for (int i = 0; i < slopes.Length; i++)
        {
            if (activation == Activation.Relu && Math.Abs(values[i]) <= Step) continue;
            // The third derivatives are below 4, and a quotient loses 2^-24 of values below 8, divided by the step.
            Assert.Equal((above[i] - below[i]) / (2 * Step), slopes[i], 4 * Step * Step / 6 + 1e-4);
        }
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double SiluSlope(double x) => Sigmoid(x) * (1 + x * (1 - Sigmoid(x)));
}
