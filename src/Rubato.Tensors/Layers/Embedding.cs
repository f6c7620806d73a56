using Rubato.Tensors.Autograd;

namespace Rubato.Tensors.Layers;

/// <summary>A table with one row for each id.</summary>
public sealed class Embedding
{
    private readonly Tensor _table;

    /// <summary>A table.</summary>
    /// <param name="weight">[rows, width]</param>
    public Embedding(Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        _table = weight;
    }

    /// <summary>Number of ids.</summary>
    public int Rows => _table.Shape[0];

    /// <summary>Reads <c>weight</c> [rows, width].</summary>
    public static Embedding Load(Weights weights, int rows, int width)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return new Embedding(weights.Read("weight", [rows, width]));
    }

    /// <summary>The rows of some ids.</summary>
    /// <returns>[n, width]</returns>
    /// <exception cref="ArgumentOutOfRangeException">An id has no row.</exception>
    public Tensor Forward(ReadOnlySpan<int> ids)
    {
        int width = _table.Shape[1];
        Tensor y = Tensor.Empty([ids.Length, width]);
        ReadOnlySpan<float> table = _table.AsSpan();
        for (int i = 0; i < ids.Length; i++)
        {
            if ((uint)ids[i] >= (uint)Rows)
                throw new ArgumentOutOfRangeException(nameof(ids), ids[i], $"is no row of a table of {Rows}");
            table.Slice(ids[i] * width, width).CopyTo(y.AsSpan()[(i * width)..]);
        }

        if (Tape.For(_table) is { } tape) Record(tape, ids.ToArray(), y);
        return y;
    }

    private void Record(Tape tape, int[] ids, Tensor y) => tape.Record(y, dy =>
    {
        Tensor gradient = _table.Adjoint!.Sum();
        for (int i = 0; i < ids.Length; i++) Elementwise.Accumulate(gradient.Rows(ids[i], 1), dy.Rows(i, 1));
    });
}
