using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>The weights of explicit linear multistep methods over even steps.</summary>
internal static class AdamsBashforth
{
    private static readonly double[][] Weights =
    [
        [1], [3.0 / 2, -1.0 / 2], [23.0 / 12, -16.0 / 12, 5.0 / 12], [55.0 / 24, -59.0 / 24, 37.0 / 24, -9.0 / 24],
    ];

    /// <summary>The slope of the next step; entries that are too old are dropped.</summary>
    /// <param name="past">Newest first.</param>
    /// <param name="order">1 to 4: how many entries count.</param>
    public static Tensor Combine(List<Tensor> past, int order = 4)
    {
        if (past.Count > order) past.RemoveRange(order, past.Count - order);
        double[] c = Weights[past.Count - 1];
        return LinearCombination.Of([.. past.Select((slope, i) => (c[i], slope))]);
    }
}
