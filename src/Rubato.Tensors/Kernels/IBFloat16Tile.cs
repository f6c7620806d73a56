namespace Rubato.Tensors.Kernels;

/// <summary>
/// A register tile of the bfloat16 product with the forms that it wants its operands in. What is around it (blocks,
/// epilogues, attention) is written once over this seam.
/// </summary>
internal unsafe interface IBFloat16Tile
{
    /// <summary>Rows of a full tile. A and C have room for as many, whatever number is asked for.</summary>
    static abstract int Rows { get; }

    /// <summary>Columns: a panel of B.</summary>
    static abstract int Columns { get; }

    /// <summary>Bytes of a number in packed operands: 4 or 2.</summary>
    static abstract int Size { get; }

    /// <summary>Steps of K whose part of a panel stays near while rows go by.</summary>
    static abstract int PartSteps { get; }

    /// <summary>Rounds the numbers of a row to the form of A, and fills the last step up with zeros.</summary>
    /// <param name="from">The numbers.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="to">The first step: 32 numbers of <see cref="Size"/> bytes.</param>
    /// <param name="pitch">Bytes from one step to the next.</param>
    static abstract void PackRow(float* from, int count, byte* to, nint pitch);

    /// <summary>Rounds 32 rows of a panel to the form of B.</summary>
    /// <param name="from">[32][<see cref="Columns"/>]</param>
    /// <param name="to">As many numbers of <see cref="Size"/> bytes.</param>
    static abstract void PackPanel(float* from, byte* to);

    /// <summary>Whether <see cref="MultiplyApart"/> can be called.</summary>
    static virtual bool ReadsRowsApart => false;

    /// <summary>What a thread does before its first tile.</summary>
    static abstract void Begin();

    /// <summary>What a thread does after its last tile; nothing between the two gives the thread away.</summary>
    static abstract void End();

    /// <summary>C = A B, or C += A B.</summary>
    /// <param name="rows">1 to <see cref="Rows"/>; further rows of C may get anything.</param>
    /// <param name="a">[steps][<see cref="Rows"/>][32], rows as <see cref="PackRow"/> writes them.</param>
    /// <param name="b">[steps], each as <see cref="PackPanel"/> writes it.</param>
    /// <param name="steps">At least 1.</param>
    /// <param name="c">[<see cref="Rows"/>][<see cref="Columns"/>]</param>
    /// <param name="adds">Whether C has a value to begin with.</param>
    static abstract void Multiply(int rows, byte* a, byte* b, int steps, float* c, bool adds);

    /// <summary>C = A B, or C += A B, where the rows of A lie anywhere, evenly apart.</summary>
    /// <param name="rows">As for <see cref="Multiply"/>; of A as many rows as in a full tile can be read.</param>
    /// <param name="a">The first step of the first row, as <see cref="PackRow"/> writes it.</param>
    /// <param name="pitch">Bytes from one row to the next.</param>
    /// <param name="moves">[steps] Bytes from each step of a row to the next.</param>
    /// <param name="b">As for <see cref="Multiply"/>.</param>
    /// <param name="steps">At least 1.</param>
    /// <param name="c">As for <see cref="Multiply"/>.</param>
    /// <param name="adds">As for <see cref="Multiply"/>.</param>
    static virtual void MultiplyApart(int rows, byte* a, nint pitch, nint* moves, byte* b, int steps, float* c, bool adds)
        => throw new NotSupportedException();
}
