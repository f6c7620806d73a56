using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;

namespace Rubato.Tests.Sampling;

/// <summary>
/// A denoiser that is a formula in one number: the expected clean value of x at a level. It answers in the state's type, so
/// float64 states are float64 all the way.
/// </summary>
internal sealed class ClosedForm(Func<double, Level, double> data) : IDenoiser
{
    public Tensor? Variance { get; init; }

    public int Calls { get; private set; }

    public Task<Prediction> PredictAsync(Tensor x, EvaluationPoint point)
    {
        Calls++;
        Tensor output = x.DType == DType.Float64
            ? Tensor.From(Array.ConvertAll(x.AsSpan<double>().ToArray(), value => data(value, point.Level)), x.Shape)
            : Tensor.From(Array.ConvertAll(x.ToArray(), value => (float)data(value, point.Level)), x.Shape);
        return Task.FromResult(new Prediction(x, output, point.Level, Parameterisation.Data, 1, limit: null)
        {
            Variance = Variance,
        });
    }

    /// <summary>Data that is a mixture of normal distributions.</summary>
    public static ClosedForm Mixture(params (double Weight, double Mean, double Deviation)[] modes) => new((x, level) =>
    {
        double sum = 0, total = 0;
        foreach ((double weight, double mean, double deviation) in modes)
        {
            double variance = Square(level.Alpha * deviation) + Square(level.Sigma), off = x - level.Alpha * mean;
            double share = weight / Math.Sqrt(variance) * Math.Exp(-off * off / (2 * variance));
            sum += share * (mean + level.Alpha * deviation * deviation / variance * off);
            total += share;
        }

        return sum / total;
    });

    /// <summary>Runs a solver on one float64 number, which starts and ends at the scale alpha^2 + sigma^2 = 1.</summary>
    public static double Run(
        ISolver solver, IDenoiser denoiser, double start, Level[] levels, Func<double>? noise = null, bool independent = false)
    {
        double Scale(Level level) => solver.Coordinates == Coordinates.Unscaled ? 1 / level.Alpha : 1;
        TimeGrid grid = TimeGrid.Through(Process, levels, solver.Coordinates);
        Tensor x = Tensor.From([start * Scale(levels[0])], [1, 1, 1, 1]);
        var numbers = new Numbers(noise ?? (() => 0));
        var context = new SamplingContext(independent ? new Unrelated(numbers) : numbers, new Trace());
        Tensor end = solver.SampleAsync(x, grid, denoiser, context).GetAwaiter().GetResult();
        return end.AsSpan<double>()[0] / Scale(levels[^1]);
    }

    /// <summary>The linear continuous process, beta 0.1 to 20.</summary>
    public static ContinuousVariancePreserving Process { get; } = new();

    /// <summary>Levels of the process from t = 1 to t = 0.05, even in lambda, or in a power of the place.</summary>
    public static Level[] EvenInLambda(int steps, double power = 1)
    {
        double from = Process.At(1).Lambda, to = Process.At(0.05).Lambda;
        return [.. Enumerable.Range(0, steps + 1).Select(i => Process.OfKappa(Math.Exp(-(from + Math.Pow((double)i / steps, power) * (to - from)))))];
    }

    private static double Square(double x) => x * x;

    /// <summary>A path whose increments know nothing of each other, which is none.</summary>
    private sealed class Unrelated(INoiseSource numbers) : INoiseSource, IBrownianPath
    {
        public void Normal(Span<float> destination) => numbers.Normal(destination);

        public void Increment(Span<float> destination, double from, double to) => numbers.Normal(destination);
    }

    private sealed class Numbers(Func<double> next) : INoiseSource
    {
        public void Normal(Span<float> destination)
        {
            foreach (ref float value in destination) value = (float)next();
        }
    }
}
