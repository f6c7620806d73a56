using System.Text.Json;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;

namespace Rubato.Goldens;

/// <summary>Solvers on Gaussian data, in float64, against the exact end of the probability-flow ODE.</summary>
internal static class ExactOde
{
    private const double Slack = 1.01;   // the reference's own errors are upper bounds, with 1 %

    private static readonly Dictionary<string, Func<ISolver>> Solvers = new(StringComparer.Ordinal)
    {
        ["ddim"] = () => new Ddim(),
        ["dpmpp-2m"] = () => new DpmSolverMultistep(2),
        ["dpmpp-2s"] = () => new DpmSolverStages(2),
        ["euler-sigma"] = () => new Euler(),
        ["heun-sigma"] = () => new Heun(),
    };

    public static void Check(GoldenCase golden, Comparison comparison)
    {
        JsonElement json = golden.Json;
        var process = new ContinuousVariancePreserving(Number("beta_min"), Number("beta_max"));
        double first = Number("t_start"), last = Number("t_end");
        var model = new Gaussian(golden["mu"].Doubles(), Number("std"));
        double[] start = golden["x_start"].Doubles(), end = golden["x_end"].Doubles();
        Shape shape = golden["x_start"].Shape;
        (Level from, Level to) = (process.At(first), process.At(last));
        comparison.Check<double>("x_end", [.. start.Select((x, i) => model.Flow(x, i, from, to))], golden["x_end"], golden.Tolerance("x_end"));
        foreach (JsonElement run in json.GetProperty("errors").EnumerateArray())
        {
            string grid = run.GetProperty("grid").GetString()!, method = run.GetProperty("method").GetString()!;
            int steps = run.GetProperty("steps").GetInt32();
            Level[] levels = Levels(process, grid, steps, first, last);
            string name = $"{grid}.{steps}";
            if (golden.Has($"t.{name}"))
                comparison.Check<double>($"t.{name}", [.. levels.Select(level => level.Time)], golden[$"t.{name}"], golden.Tolerance("t"));
            double[] got = Run(Solvers[method](), process, levels, Tensor.From(start, shape), model);
            if (golden.Has($"{method}.{name}"))
                comparison.Check<double>($"{method}.{name}", got, golden[$"{method}.{name}"], golden.Tolerance(method));
            double error = got.Zip(end, (x, want) => Math.Abs(x - want)).Max();
            comparison.Equal($"error of {method}.{name} within its bound", error <= Slack * run.GetProperty("max_error").GetDouble(), true);
        }

        double Number(string key) => json.GetProperty(key).GetDouble();
    }

    private static Level[] Levels(ContinuousVariancePreserving process, string grid, int steps, double first, double last)
    {
        double from = process.At(first).Lambda, to = process.At(last).Lambda;
        return [.. Enumerable.Range(0, steps + 1).Select(i => grid == "time" ? process.At(first + (last - first) * i / steps)
            : process.OfKappa(Math.Exp(-(from + (to - from) * i / steps))))];
    }

    private static double[] Run(ISolver solver, ContinuousVariancePreserving process, Level[] levels, Tensor start, Gaussian model)
    {
        TimeGrid grid = TimeGrid.Through(process, levels, solver.Coordinates);
        Tensor x = start * (grid.Steps[0].From.Alpha / levels[0].Alpha);
        Tensor end = solver.SampleAsync(x, grid, model, new SamplingContext(new NoiseStream(0, NoisePurpose.Step), new Trace()))
            .GetAwaiter().GetResult();
        return (end * (levels[^1].Alpha / grid.Steps[^1].To.Alpha)).AsSpan<double>().ToArray();
    }

    /// <summary>Data N(mu, deviation^2), one mean for each element of a sample.</summary>
    private sealed class Gaussian(double[] mu, double deviation) : IDenoiser
    {
        public Task<Sampling.Prediction> PredictAsync(Tensor x, EvaluationPoint point)
        {
            (double a, double s, _) = point.Level;
            double gain = a * deviation * deviation / (a * a * deviation * deviation + s * s);
            double[] data = [.. x.AsSpan<double>().ToArray().Select((z, i) => Mean(i) + gain * (z - a * Mean(i)))];
            return Task.FromResult(new Sampling.Prediction(
                x, Tensor.From(data, x.Shape), point.Level, Parameterisation.Data, 1, limit: null));
        }

        /// <summary>Where the ODE takes element i from one level to another.</summary>
        public double Flow(double x, int i, Level from, Level to)
        {
            double Spread(Level level) => level.Alpha * level.Alpha * deviation * deviation + level.Sigma * level.Sigma;
            return to.Alpha * Mean(i) + Math.Sqrt(Spread(to) / Spread(from)) * (x - from.Alpha * Mean(i));
        }

        private double Mean(int i) => mu[i % mu.Length];
    }
}
