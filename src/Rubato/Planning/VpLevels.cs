using Rubato.Processes;

namespace Rubato.Planning;

/// <summary>
/// Stops at even times of the continuous variance-preserving process, whatever the model's own: k-diffusion's get_sigmas_vp.
/// Song et al. 2021, arXiv:2011.13456.
/// </summary>
public sealed record VpLevels : KappaLevels
{
    private const double LastTime = 1e-3;

    /// <inheritdoc/>
    protected internal override double[] Sigmas(int count, double min, double max)
    {
        var process = new ContinuousVariancePreserving();
        return [.. Enumerable.Range(0, count).Select(i
            => process.At(count == 1 ? 1 : 1 + (LastTime - 1) * i / (count - 1)).Kappa)];
    }
}
