using Rubato.Tensors.Autograd;

namespace Rubato.Tensors.Tests.Operations;

/// <summary>Losses against their definitions, and their gradients against the definitions' slopes.</summary>
public sealed class LossTests
{
    private static readonly float[] X = [0.5f, -2, 3, 0.25f, 1, -1], T = [0, 1, 2.5f, -0.5f, 1.25f, 0.5f];
    private static readonly int[] Labels = [2, 0];

    [Fact]
    public void The_squared_error_is_the_mean_of_the_squares()
        => Check((x, t) => x.MeanSquaredError(t), (x, t) => x.Zip(t, (a, b) => (a - b) * (a - b)).Average());

    [Fact]
    public void The_absolute_error_is_the_mean_of_the_distances()
        => Check((x, t) => x.MeanAbsoluteError(t), (x, t) => x.Zip(t, (a, b) => Math.Abs(a - b)).Average());

    [Fact]
    public void The_loss_of_Huber_is_square_near_zero_and_straight_beyond()
        => Check((x, t) => x.Huber(t, 0.7f), (x, t) => x.Zip(t, (a, b) => Math.Abs(a - b))
            .Average(d => d <= 0.7f ? d * d / 2 : 0.7f * (d - 0.7f / 2.0)));

    [Fact]
    public void The_cross_entropy_is_the_mean_surprise_at_the_labels()
        => Check((x, _) => x.CrossEntropy(Labels), (x, _) => Labels.Select((label, n) =>
        {
            double[] row = x[(3 * n)..(3 * n + 3)];
            return Math.Log(row.Sum(Math.Exp)) - row[label];
        }).Average());

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Tensor x = Tensor.From(X, [2, 3]);
        Assert.Throws<ArgumentException>(() => x.MeanSquaredError(Tensor.From(T, [6])));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Huber(x, 0));
        Assert.Throws<ArgumentException>(() => x.CrossEntropy([1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.CrossEntropy([1, 3]));
    }

    private static void Check(Func<Tensor, Tensor, Tensor> loss, Func<double[], double[], double> definition)
    {
        const double Step = 1e-4;
        Parameter x = new("x", Tensor.From(X, [2, 3])), t = new("t", Tensor.From(T, [2, 3]));
        double[] xs = [.. X.Select(value => (double)value)], ts = [.. T.Select(value => (double)value)];
        using Tape tape = Tape.Begin();
        Tensor y = loss(x.Value, t.Value);
        tape.Backward(y, Tensor.Full(default, 1));
        Assert.Equal(0, y.Shape.Rank);
        Assert.Equal(definition(xs, ts), y.AsSpan()[0], 1e-6);
        for (int i = 0; i < X.Length; i++)
        {
            Assert.Equal(Slope(xs, i), x.Gradient.AsSpan()[i], 1e-6);
            Assert.Equal(Slope(ts, i), t.Gradient.AsSpan()[i], 1e-6);
        }

        double Slope(double[] values, int i)
        {
            double before = values[i];
            values[i] = before + Step;
            double above = definition(xs, ts);
            values[i] = before - Step;
            double below = definition(xs, ts);
            values[i] = before;
            return (above - below) / (2 * Step);
        }
    }
}
