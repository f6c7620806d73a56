using System.Numerics;
using System.Runtime.InteropServices;

namespace Rubato.Evaluation;

/// <summary>Sums of float64 vectors.</summary>
internal static class VectorSums
{
    /// <summary>to += factor x; the same bits at any width of the machine's vectors.</summary>
    public static void AddScaled(Span<double> to, double factor, ReadOnlySpan<double> x)
    {
        Span<Vector<double>> wide = MemoryMarshal.Cast<double, Vector<double>>(to);
        ReadOnlySpan<Vector<double>> source = MemoryMarshal.Cast<double, Vector<double>>(x);
        for (int i = 0; i < wide.Length && i < source.Length; i++) wide[i] += factor * source[i];
        for (int i = wide.Length * Vector<double>.Count; i < to.Length; i++) to[i] += factor * x[i];
    }
}
