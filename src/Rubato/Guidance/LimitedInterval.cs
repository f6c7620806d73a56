using System.Globalization;
using Rubato.Sampling;

namespace Rubato.Guidance;

/// <summary>Guidance at middle levels only: low &lt; kappa &lt;= high. Kynkäänniemi et al. 2024, arXiv:2404.07724.</summary>
/// <param name="Low">The kappa (sigma / alpha) down to which guidance acts; 0.28 for SDXL.</param>
/// <param name="High">The kappa from which on it acts; 5.42 for SDXL.</param>
public sealed record LimitedInterval(double Low, double High) : IGuidance, IGuidanceRule
{
    /// <inheritdoc/>
    public string Description => string.Create(CultureInfo.InvariantCulture, $"interval:low={Low},high={High}");

    /// <summary>Reads the settings <c>low</c> and <c>high</c>.</summary>
    public static LimitedInterval Parse(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new LimitedInterval(settings.Number("low", 0.28, min: 0), settings.Number("high", 5.42, min: 0));
    }

    /// <inheritdoc/>
    public IGuidanceRule Begin() => this;   // remembers nothing

    /// <inheritdoc/>
    public Branches Select(EvaluationPoint point, Branches branches)
        => point.Level.Kappa > Low && point.Level.Kappa <= High ? branches : Branches.Conditional;
}
