namespace Rubato.Tensors.Kernels;

/// <summary>The right operand of a product as the caller holds it: K = taps * channels rows, N columns, any strides.</summary>
internal readonly unsafe struct WeightMatrix
{
    /// <summary>First element.</summary>
    public required float* Data { get; init; }

    /// <summary>N: columns of the product, the outputs of a layer.</summary>
    public required int Columns { get; init; }

    /// <summary>Positions of a convolution's kernel, row by row; 1 for a matrix.</summary>
    public int Taps { get; init; } = 1;

    /// <summary>Channels of one tap; K of a matrix.</summary>
    public required int Channels { get; init; }

    /// <summary>Elements from one column to the next.</summary>
    public required long ColumnStride { get; init; }

    /// <summary>Elements from one tap to the next.</summary>
    public long TapStride { get; init; }

    /// <summary>Elements from one channel to the next.</summary>
    public required long ChannelStride { get; init; }

    /// <summary>One number a column that sums start from; null for zeros.</summary>
    public float* Bias { get; init; }

    public WeightMatrix()
    {
    }
}

/// <summary>
/// The right operand of a product, packed once for one kernel set. The order of K is part of the layer and the same in
/// every set: taps row by row, channels inside.
/// </summary>
internal abstract class PackedMatrix
{
    /// <summary>Y = activation(X W + bias + residual).</summary>
    public abstract void Multiply(in Product product);

    /// <summary>Takes other numbers, of the same form, into the same memory.</summary>
    public abstract void Repack(in WeightMatrix weights);
}

/// <summary>What a product reads beside its weights, and where it writes.</summary>
internal readonly unsafe struct Product
{
    /// <summary>The left operand: where the row of each output lies.</summary>
    public required RowSource Rows { get; init; }

    /// <summary>First output.</summary>
    public required float* Output { get; init; }

    /// <summary>Elements from one row of outputs to the next.</summary>
    public required long OutputStride { get; init; }

    /// <summary>Rows that lie <see cref="OutputStride"/> apart, after which a new line begins; 0 where all do.</summary>
    public int LineRows { get; init; }

    /// <summary>Elements from one line to the next.</summary>
    public long LineStride { get; init; }

    /// <summary>Lines that lie <see cref="LineStride"/> apart, after which a new picture begins.</summary>
    public int PictureLines { get; init; }

    /// <summary>Elements from one picture to the next.</summary>
    public long PictureStride { get; init; }

    /// <summary>Added to the output before the activation; laid out as the output; null for none.</summary>
    public float* Residual { get; init; }

    /// <summary>Applied last.</summary>
    public Activation Activation { get; init; }

    /// <summary>Elements from the first output to the first of a row.</summary>
    public long Offset(int row)
    {
        if (LineRows == 0) return row * OutputStride;
        (int line, int place) = Math.DivRem(row, LineRows);
        (int picture, line) = Math.DivRem(line, PictureLines);
        return picture * PictureStride + line * LineStride + place * OutputStride;
    }

    /// <summary>Rows from this one on that lie <see cref="OutputStride"/> apart.</summary>
    public int EvenRows(int row) => LineRows == 0 ? int.MaxValue : LineRows - row % LineRows;
}
