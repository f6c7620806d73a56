using System.Globalization;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Guidance;

/// <summary>
/// Gives the guided output of each sample part of the conditional one's standard deviation back. Lin et al. 2023, arXiv:2305.08891,
/// eq. 15 and 16; on the raw output, as diffusers does.
/// </summary>
/// <param name="Strength">phi: 0 changes nothing, 0.7 in the paper.</param>
public sealed record GuidanceRescale(double Strength = 0.7) : IGuidance, IGuidanceRule
{
    /// <inheritdoc/>
    public string Description => string.Create(CultureInfo.InvariantCulture, $"rescale:strength={Strength}");

    /// <summary>Reads the setting <c>strength</c>.</summary>
    public static GuidanceRescale Parse(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new GuidanceRescale(settings.Number("strength", 0.7, min: 0, max: 1));
    }

    /// <inheritdoc/>
    public IGuidanceRule Begin() => this;   // remembers nothing

    /// <inheritdoc/>
    public Tensor Adjust(Tensor combined, BranchOutputs outputs)
    {
        if (Strength == 0 || outputs is not { Conditional: { } conditional, Unconditional: not null }) return combined;
        Tensor rescaled = combined.Clone();
        for (int n = 0; n < combined.Shape[0]; n++)
        {
            Tensor sample = combined.Rows(n, 1);
            double ratio = conditional.Output.Rows(n, 1).StandardDeviation() / sample.StandardDeviation();
            (sample * (Strength * ratio + 1 - Strength)).AsSpan().CopyTo(rescaled.Rows(n, 1).AsSpan());
        }

        return rescaled;
    }
}
