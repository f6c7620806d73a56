using Rubato.Processes;
using Rubato.Sampling;

namespace Rubato.Planning;

/// <summary>How ComfyUI spreads stops over a training table.</summary>
public enum ComfySpacing
{
    /// <summary>Every so many entries of the table from its end.</summary>
    Simple,

    /// <summary>Whole strides from entry 1 up; can give a step or two more than asked for.</summary>
    DdimUniform,

    /// <summary>Even times, both ends of the table included.</summary>
    Normal,

    /// <summary>Even times, the clean end left out.</summary>
    SgmUniform,

    /// <summary>Quantiles of the Beta(0.6, 0.6) distribution over the entries. Lee et al. 2024, arXiv:2407.12173.</summary>
    Beta,
}

/// <summary>Stops at training steps, in ComfyUI's spacings of the same names.</summary>
/// <param name="Spacing">How they are spread.</param>
public sealed record ComfySteps(ComfySpacing Spacing) : IPlanner
{
    /// <summary>Both ends of the grid.</summary>
    public GridEnds Ends { get; init; } = new();

    /// <summary>The training steps, falling.</summary>
    /// <param name="count">How many; at least 1.</param>
    /// <param name="trainingSteps">Of the process.</param>
    public double[] Steps(int count, int trainingSteps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, trainingSteps);
        int last = trainingSteps - 1, stride = Math.Max(trainingSteps / count, 1);
        IEnumerable<int> places = Enumerable.Range(0, count);
        return Spacing switch
        {
            ComfySpacing.Simple => [.. places.Select(k => (double)(last - (int)((double)k * trainingSteps / count)))],
            ComfySpacing.DdimUniform => [.. Enumerable.Range(0, (last - 1) / stride + 1).Reverse().Select(k => 1.0 + k * stride)],
            ComfySpacing.Normal => [.. places.Select(k => count == 1 ? last : last - (double)k * last / (count - 1))],
            ComfySpacing.SgmUniform => [.. places.Select(k => last - (double)k * last / count)],
            ComfySpacing.Beta => [.. places.Select(k
                => Math.Round(BetaLevels.Quantile(1 - (double)k / count) * last, MidpointRounding.ToEven)).Distinct()],
            _ => throw new ArgumentOutOfRangeException(nameof(count), Spacing, "is no spacing"),
        };
    }

    /// <inheritdoc/>
    public TimeGrid Plan(IProcess process, int steps, Coordinates coordinates)
    {
        VariancePreserving table = process.Table();
        return Ends.Close([.. Steps(steps, table.Steps).Select(LevelOf)], process, coordinates);

        // between training steps ln kappa is linear, as in k-diffusion
        Level LevelOf(double step)
        {
            int low = Math.Min((int)step, table.Steps - 2);
            double share = step - low;
            if (share == 0) return table.AtStep(step);
            double kappa = Math.Exp((1 - share) * Math.Log(table.Kappa(low)) + share * Math.Log(table.Kappa(low + 1)));
            return VariancePreserving.FromKappa(kappa, table.Time(step));
        }
    }
}
