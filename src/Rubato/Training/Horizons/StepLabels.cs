using Rubato.Benchmarks;
using Rubato.Planning;

namespace Rubato.Training.Horizons;

/// <summary>
/// Labels: the least number of steps of the ladder from which on the error is within a tolerance, of two noises nearer to that of
/// the worse. Little is left of a curve in its label. A reconstruction.
/// </summary>
internal static class StepLabels
{
    private const double Quantile = 0.75;

    /// <summary>
    /// The curves of first order that are at the tolerance where the labels are: a rule of that tolerance gives them back.
    /// </summary>
    public static IReadOnlyList<double[][]> Curves(HorizonMeasures measures)
    {
        double tolerance = measures.MeanError;   // so that the labels lie around the middle of the ladder
        return [.. measures.Errors.Select(curves
            => HorizonSources.Curves(tolerance + LogLabel(curves, tolerance) - Math.Log(ErrorLaw.Centre)))];
    }

    /// <summary>ln of the label of a condition, the 0.75-quantile over its noises.</summary>
    /// <param name="curves">ln d of each noise.</param>
    /// <param name="tolerance">The ln d that is allowed.</param>
    public static double LogLabel(double[][] curves, double tolerance)
        => Statistics.Quantile([.. curves.Select(curve => Math.Log(Label(curve, tolerance)))], Quantile);

    /// <summary>The least rung from which on no error is above the tolerance; the longest run where the last rung's is.</summary>
    public static int Label(double[] curve, double tolerance)
    {
        int above = Array.FindLastIndex(curve, logError => logError > tolerance);
        return above + 1 < curve.Length ? HorizonLadder.Steps[above + 1] : HorizonLadder.Reference;
    }
}
