using Rubato.Planning;

namespace Rubato.Training.Horizons;

/// <summary>
/// What a module can learn horizons from. Every source gives curves of ln d by <see cref="HorizonLadder.Steps"/>, one or more of
/// each condition, so that one network learns them and one rule makes horizons of them. Measured errors are such curves; a source
/// that has one number of a condition gives the curve of first order, d = a / N, from which its rule makes the horizons that it
/// asks for. A reconstruction: the paper of AC-Diff (arXiv:2411.15199) does not say how its module gets its targets.
/// </summary>
internal static class HorizonSources
{
    /// <summary>The source that is used where none is named.</summary>
    public const string Default = "curves";

    private const double Least = 1e-9;   // a network that says the same at all levels has an arc of none

    /// <summary>The curves of all conditions; what is learned is learned from those that are not kept back.</summary>
    public static readonly IReadOnlyDictionary<string, Func<HorizonMeasures, IReadOnlyList<double[][]>>> ByName =
        new Dictionary<string, Func<HorizonMeasures, IReadOnlyList<double[][]>>>(StringComparer.OrdinalIgnoreCase)
        {
            [Default] = measures => measures.Errors,
            ["arc"] = measures => OfNumbers(measures, [.. measures.Denoised.Select(denoised => denoised.Arc)]),
            ["loss"] = measures => OfNumbers(measures, [.. measures.Denoised.Select(denoised => denoised.Loss)]),
            ["label"] = StepLabels.Curves,
            ["reinforce"] = StepPolicy.Curves,
        };

    /// <summary>
    /// Numbers that are to errors as a is in a / N: at a budget horizons are as their roots. Their unit is chosen so that the mean
    /// of ln d in the middle of the ladder is the measured one, without which a tolerance would mean nothing.
    /// </summary>
    public static IReadOnlyList<double[][]> OfNumbers(HorizonMeasures measures, IReadOnlyList<double> numbers)
    {
        double[] logs = [.. numbers.Select(number => Math.Log(Math.Max(Least, number)))];
        double unit = measures.MeanError - measures.Shown.Average(i => logs[i]);
        return [.. logs.Select(log => Curves(log + unit))];
    }

    /// <summary>The curve of first order that has an error at 28 steps.</summary>
    /// <param name="logError">ln d there.</param>
    public static double[][] Curves(double logError)
    {
        var law = new ErrorLaw(logError, Order: 1, Bend: 0);
        return [[.. HorizonLadder.Steps.Select(steps => law.At(steps))]];
    }
}
