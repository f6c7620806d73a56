namespace Rubato.Tensors.Kernels.Assembled;

/// <summary>A small product, compared bit for bit with the specification before a tile is trusted.</summary>
internal static unsafe class SelfTest
{
    private const int Steps = 3, Length = Steps * BFloat16.Step;

    /// <summary>What is wrong with a tile; null where nothing is.</summary>
    public static string? Fails<TTile>()
        where TTile : struct, IBFloat16Tile
    {
        var random = new System.Random(1);
        float[] left = Numbers(TTile.Rows), right = Numbers(TTile.Columns);
        foreach (bool adds in (bool[])[false, true])
        {
            string? wrong = Compare(Product<TTile>(left, right, apart: false, adds))
                ?? (TTile.ReadsRowsApart ? Compare(Product<TTile>(left, right, apart: true, adds)) : null);
            if (wrong is not null) return wrong;
        }

        return null;

        string? Compare(float[] sums)
        {
            for (int i = 0; i < sums.Length; i++)
            {
                (int row, int column) = Math.DivRem(i, TTile.Columns);
                float expected = BFloat16.Sum(left.AsSpan(row * Length, Length), right.AsSpan(column * Length, Length));
                if (BitConverter.SingleToInt32Bits(expected) != BitConverter.SingleToInt32Bits(sums[i]))
                    return $"its products differ from the specification: {sums[i]:r}, not {expected:r}";
            }

            return null;
        }

        float[] Numbers(int rows)
        {
            float[] numbers = new float[rows * Length];
            foreach (ref float number in numbers.AsSpan())
                number = BitConverter.UInt32BitsToSingle((uint)BFloat16.Round(2 * random.NextSingle() - 1) << 16);
            return numbers;
        }
    }

    /// <summary>[rows][K] times [columns][K].</summary>
    private static float[] Product<TTile>(float[] left, float[] right, bool apart, bool adds)
        where TTile : struct, IBFloat16Tile
    {
        (int rows, int columns, int rowBytes) = (TTile.Rows, TTile.Columns, BFloat16.Step * TTile.Size);
        int aBytes = rows * rowBytes, bBytes = columns * rowBytes, block = BFloat16.Step * columns;
        long bytes = Steps * (aBytes + bBytes) + sizeof(float) * (rows * columns + block);
        byte* a = (byte*)NativePool.Rent(bytes), b = a + Steps * aBytes;
        float* c = (float*)(b + Steps * bBytes), turned = c + rows * columns;
        try
        {
            fixed (float* from = left)
            {
                (int toRow, int toStep) = apart ? (Steps * rowBytes, rowBytes) : (rowBytes, aBytes);
                for (int row = 0; row < rows; row++) TTile.PackRow(from + row * Length, Length, a + row * toRow, toStep);
            }

            for (int step = 0; step < Steps; step++)
            {
                for (int i = 0; i < block; i++) turned[i] = right[i % columns * Length + step * BFloat16.Step + i / columns];
                TTile.PackPanel(turned, b + step * bBytes);
            }

            new Span<float>(c, rows * columns).Fill(adds ? 0 : float.NaN);
            TTile.Begin();
            nint* moves = stackalloc nint[Steps] { rowBytes, rowBytes, rowBytes };
            if (apart) TTile.MultiplyApart(rows, a, Steps * rowBytes, moves, b, Steps, c, adds);
            else TTile.Multiply(rows, a, b, Steps, c, adds);
            TTile.End();
            return new Span<float>(c, rows * columns).ToArray();
        }
        finally
        {
            NativePool.Return(a, bytes);
        }
    }
}
