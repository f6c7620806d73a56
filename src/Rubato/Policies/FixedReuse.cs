using System.Globalization;
using Rubato.Sampling;

namespace Rubato.Policies;

/// <summary>
/// Evaluates a fixed, evenly spread share of the steps and reuses the last output at the others, whatever the sample:
/// the baseline that an adaptive policy has to beat.
/// </summary>
public sealed record FixedReuse : IPolicy
{
    /// <summary>Share of the steps that evaluate, above 0 to 1.</summary>
    public double Share
    {
        get;
        init => field = value is > 0 and <= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(Share), value, "must be above 0 and at most 1");
    } = 0.5;

    /// <inheritdoc/>
    public string Description => string.Create(CultureInfo.InvariantCulture, $"fixed-reuse:share={Share}");

    /// <summary>Reads the setting <c>share</c>.</summary>
    public static FixedReuse Parse(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new FixedReuse { Share = settings.Number("share", 0.5, min: 0.001, max: 1) };
    }

    /// <summary>Whether a step evaluates: the first, and every one at which the share adds up to another whole.</summary>
    public bool Evaluates(int step) => step == 0 || Math.Floor(step * Share) > Math.Floor((step - 1) * Share);

    /// <inheritdoc/>
    public IBranchEvaluator Wrap(IBranchEvaluator inner, Trace trace) => new Run(this, inner);

    private sealed class Run(FixedReuse settings, IBranchEvaluator inner) : IBranchEvaluator
    {
        private readonly ReusedOutputs _last = new();

        public async Task<BranchOutputs> EvaluateAsync(Tensors.Tensor x, EvaluationPoint point, Branches branches)
            => !settings.Evaluates(point.Step) && _last.TryGet(point, branches, out BranchOutputs kept)
                ? kept : _last.Keep(point, await inner.EvaluateAsync(x, point, branches).ConfigureAwait(false));
    }
}
