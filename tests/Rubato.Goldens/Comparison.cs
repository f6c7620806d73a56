using System.Globalization;
using System.Numerics;
using Rubato.Tensors;

namespace Rubato.Goldens;

/// <summary>What became of a unit's outputs. All must have been compared, or left out by name.</summary>
internal sealed class Comparison
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<(double Excess, string Text)> _failures = [];
    private readonly Dictionary<string, int> _leftOut = new(StringComparer.Ordinal);
    private int _compared;

    /// <summary>How many outputs were left out, by what they are.</summary>
    public IReadOnlyDictionary<string, int> LeftOut => _leftOut;

    /// <summary>Compares a tensor: its shape, then its values; integers must be equal.</summary>
    public void Check(string output, Tensor got, GoldenTensor want, Tolerance tolerance)
    {
        if (got.Shape != want.Shape)
            Equal($"{output} (its shape)", got.Shape, want.Shape);
        if (got.DType == DType.Int64)
            Check<long>(output, got.AsSpan<long>(), want, tolerance);
        else if (got.DType == DType.Float64)
            Check<double>(output, got.AsSpan<double>(), want, tolerance);
        else
            Check<float>(output, got.AsSpan(), want, tolerance);
    }

    /// <summary>
    /// Compares values: max |got - want| against the tolerance, integers exactly. Infinity equals only itself, NaN
    /// nothing.
    /// </summary>
    public void Check<T>(string output, ReadOnlySpan<T> got, GoldenTensor want, Tolerance tolerance)
        where T : struct, INumber<T>
    {
        Begin(output);
        if (got.Length != want.Shape.Elements)
            Fail(double.PositiveInfinity, $"{output}: there are {got.Length} values, not {want.Shape.Elements}");
        else if (want.IsInteger)
            CheckIntegers(output, got, want);
        else
            CheckNumbers(output, got, want, tolerance);
    }

    /// <summary>Compares something that is one value: a count, a decision, a name.</summary>
    public void Equal<T>(string output, T got, T want)
    {
        Begin(output);
        if (!EqualityComparer<T>.Default.Equals(got, want))
            Fail(double.PositiveInfinity, $"{output}: got {got}, want {want}");
    }

    /// <summary>Says that an output is not compared, and what it is: the summary counts these.</summary>
    public void LeaveOut(string output, string what)
    {
        _seen.Add(output);
        _leftOut[what] = _leftOut.GetValueOrDefault(what) + 1;
    }

    /// <summary>What failed, the worst first; empty if all is well.</summary>
    /// <param name="outputs">What the case says there is to compare.</param>
    public IReadOnlyList<string> Failures(IEnumerable<string> outputs)
    {
        string[] forgotten = [.. outputs.Where(output => !_seen.Contains(output))];
        List<string> failures = [.. _failures.OrderByDescending(failure => failure.Excess).Select(one => one.Text)];
        if (forgotten.Length > 0) failures.Add($"never compared: {string.Join(", ", forgotten)}");
        if (_compared == 0) failures.Add("nothing was compared");
        return failures;
    }

    private void Begin(string output)
    {
        _seen.Add(output);
        _compared++;
    }

    private void CheckIntegers<T>(string output, ReadOnlySpan<T> got, GoldenTensor want)
        where T : struct, INumber<T>
    {
        long[] expected = want.Integers();
        int wrong = 0, first = -1;
        for (int i = 0; i < expected.Length; i++)
        {
            if (T.IsInteger(got[i]) && long.CreateSaturating(got[i]) == expected[i]) continue;
            if (wrong++ == 0) first = i;
        }

        if (wrong > 0)
        {
            string place = Place(output, want.Shape, first);
            Fail(double.PositiveInfinity,
                $"{place}: got {got[first]}, want {expected[first]}; {wrong} of {expected.Length} differ");
        }
    }

    private void CheckNumbers<T>(string output, ReadOnlySpan<T> got, GoldenTensor want, Tolerance tolerance)
        where T : struct, INumber<T>
    {
        double[] expected = want.Doubles();
        double largest = 0, worst = 0;
        int where = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            if (double.IsFinite(expected[i])) largest = Math.Max(largest, Math.Abs(expected[i]));
            double off = Distance(double.CreateChecked(got[i]), expected[i]);
            if (off > worst) (worst, where) = (off, i);
        }

        double limit = tolerance.Absolute + tolerance.Relative * largest;
        if (worst > limit || !double.IsFinite(worst))
        {
            string distance = string.Create(CultureInfo.InvariantCulture, $"{worst:G3}; the limit is {limit:G3}");
            string values = string.Create(CultureInfo.InvariantCulture, $"got {got[where]}, want {expected[where]}");
            Fail(worst / limit, $"{Place(output, want.Shape, where)}: {values}, off by {distance}");
        }
    }

    private static double Distance(double got, double want)
    {
        if (got == want) return 0;   // equal infinities too
        double distance = Math.Abs(got - want);
        return double.IsFinite(distance) ? distance : double.PositiveInfinity;
    }

    private static string Place(string output, Shape shape, int flat)
    {
        var index = new int[shape.Rank];
        for (int axis = shape.Rank - 1; axis >= 0; axis--) (flat, index[axis]) = Math.DivRem(flat, shape[axis]);
        return $"{output}[{string.Join(", ", index)}]";
    }

    private void Fail(double excess, string text) => _failures.Add((excess, text));
}
