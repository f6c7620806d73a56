using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Rubato.Tensors.Kernels;

/// <summary>
/// Sums of outer products over pixels: for each tap, what a pixel of one batch of pictures and the pixel that the tap
/// makes it meet in another contribute to the gradient of a convolution's weights. Pixels are cut into slices, each with
/// sums of its own, and slices into blocks that stay in the second cache level; both by the sizes alone, so that threads
/// change no bit. Pixels that a tap puts outside of the other picture are left out, not multiplied by zero. A unit is
/// one tap and one panel of columns of a slice, with all rows.
/// </summary>
internal readonly unsafe struct WeightGradientKernel : IKernel
{
    /// <summary>Columns of a panel: a multiple of two vectors in every set.</summary>
    public const int PanelWidth = 32;

    private const int MostBlockNumbers = 96 << 10;   // of the rows' block, 384 KiB
    private const int MostSums = 1 << 20;        // of all slices, 4 MiB
    private const int MostSlices = 64;

    /// <summary>The operand whose channels become rows: its first pixel, where <see cref="Geometry"/> finds its input.</summary>
    public required float* Rows { get; init; }

    /// <summary>Elements from one pixel to the next.</summary>
    public required int RowStride { get; init; }

    /// <summary>Channels.</summary>
    public required int RowCount { get; init; }

    /// <summary>The operand whose channels become columns: its first pixel; its picture is the output of <see cref="Geometry"/>.</summary>
    public required float* Columns { get; init; }

    /// <inheritdoc cref="RowStride"/>
    public required int ColumnStride { get; init; }

    /// <inheritdoc cref="RowCount"/>
    public required int ColumnCount { get; init; }

    public required int Pictures { get; init; }

    /// <summary>Which pixels meet.</summary>
    public required ConvolutionGeometry Geometry { get; init; }

    /// <summary>Where the sums go: [slices][panels][taps][rows][<see cref="PanelWidth"/>].</summary>
    public float* Sums { get; init; }

    public int Taps => Geometry.KernelHeight * Geometry.KernelWidth;

    public int Panels => (ColumnCount + PanelWidth - 1) / PanelWidth;

    /// <summary>Parts of the pixels that are summed apart.</summary>
    public int Slices => (Blocks + BlocksOfSlice - 1) / BlocksOfSlice;

    public int Units => Slices * Panels * Taps;

    /// <summary>Numbers that a slice sums to.</summary>
    public int SumsOfSlice => Panels * Taps * RowCount * PanelWidth;

    private int Pixels => Pictures * Geometry.OutputHeight * Geometry.OutputWidth;

    // A panel of the columns' block is to stay in the first cache level, beside the rows where those are short.
    private int BlockPixels => Math.Clamp(MostBlockNumbers / RowCount, 16, RowCount <= PanelWidth ? 96 : 160);

    private int ListLength => BlockPixels + 3;

    private int Blocks => (Pixels + BlockPixels - 1) / BlockPixels;

    private int BlocksOfSlice
    {
        get
        {
            int slices = Math.Clamp(MostSums / SumsOfSlice, 1, Math.Min(MostSlices, Blocks));
            return (Blocks + slices - 1) / slices;
        }
    }

    /// <summary>Adds the gradient to one whose taps lie side by side.</summary>
    /// <param name="gradient">First element.</param>
    /// <param name="rowStride">Elements of the gradient from one row to the next.</param>
    /// <param name="columnStride">Elements of the gradient from one column to the next.</param>
    public void AddTo(float* gradient, long rowStride, long columnStride)
    {
        using Scope scope = Scope.Begin();
        WeightGradientKernel kernel = this with { Sums = Tensor.Empty([Slices, SumsOfSlice]).Floats };
        KernelSet.Current.For(kernel, kernel.Units, 2L * Pixels * Taps * RowCount * ColumnCount);
        var sum = new WeightGradientSum { Source = kernel, Gradient = gradient, RowStride = rowStride, ColumnStride = columnStride };
        KernelSet.Current.For(sum, RowCount, (long)Slices * SumsOfSlice);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>(int begin, int end)
        where T : struct, ISimd<T>
    {
        int unitsOfSlice = Panels * Taps;
        long bytes = sizeof(float) * ((long)BlockPixels * PanelWidth + (2L * ListLength + 1) * Taps);
        void* memory = NativePool.Rent(bytes);
        try
        {
            new Span<float>(Sums + (long)begin * RowCount * PanelWidth, checked((end - begin) * RowCount * PanelWidth)).Clear();
            for (int slice = begin / unitsOfSlice; slice * unitsOfSlice < end; slice++)
            {
                int first = Math.Max(begin, slice * unitsOfSlice), last = Math.Min(end, (slice + 1) * unitsOfSlice);
                int lastBlock = Math.Min(Blocks, (slice + 1) * BlocksOfSlice);
                for (int block = slice * BlocksOfSlice; block < lastBlock; block++)
                    Block<T>(block * BlockPixels, Math.Min(Pixels, (block + 1) * BlockPixels), first, last, (float*)memory);
            }
        }
        finally
        {
            NativePool.Return(memory, bytes);
        }
    }

    /// <summary>Some units of a slice for one block of its pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Block<T>(int pixelBegin, int pixelEnd, int unitBegin, int unitEnd, float* memory)
        where T : struct, ISimd<T>
    {
        int taps = Taps, width = 2 * T.Width;
        float* panelPixels = memory;
        int* counts = (int*)(memory + (long)BlockPixels * PanelWidth), lists = counts + taps;
        new Span<int>(counts, taps).Fill(-1);
        for (int unit = unitBegin; unit < unitEnd;)
        {
            // All taps of a panel together: they read the same pixels, which the first cache level keeps for one another.
            int panel = unit / taps % Panels, first = unit % taps, last = Math.Min(taps, first + unitEnd - unit);
            int columns = Math.Min(PanelWidth, ColumnCount - panel * PanelWidth);
            Pack<T>(Columns + (long)pixelBegin * ColumnStride + panel * PanelWidth, pixelEnd - pixelBegin, columns, panelPixels);
            for (int tap = first; tap < last; tap++)
            {
                int* from = lists + 2L * tap * ListLength;
                if (counts[tap] < 0) counts[tap] = Meet(pixelBegin, pixelEnd, tap, from, from + ListLength);
            }

            float* sums = Sums + (long)unit * RowCount * PanelWidth;
            for (int column = 0; column < columns; column += width)
            {
                for (int row = 0; row < RowCount;)
                {
                    int height = OuterTile.Height(Math.Min(T.TileRows, RowCount - row));
                    for (int tap = first; tap < last; tap++)
                    {
                        int* from = lists + 2L * tap * ListLength;
                        OuterTile.Add<T>(height, Rows + row, from, panelPixels + column, from + ListLength, counts[tap],
                            sums + ((long)(tap - first) * RowCount + row) * PanelWidth + column, PanelWidth);
                    }

                    row += height;
                }
            }

            unit += last - first;
        }
    }

    /// <summary>One panel of a block, pixel by pixel, zeros beyond the columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pack<T>(float* from, int pixels, int columns, float* to)
        where T : struct, ISimd<T>
    {
        if (columns < PanelWidth)
        {
            new Span<float>(to, pixels * PanelWidth).Clear();
            for (int p = 0; p < pixels; p++, from += ColumnStride, to += PanelWidth)
                for (int c = 0; c < columns; c++) to[c] = from[c];
            return;
        }

        for (int p = 0; p < pixels; p++, from += ColumnStride, to += PanelWidth)
            for (int c = 0; c < PanelWidth; c += T.Width) T.Load(from + c).Store(to + c);
    }

    /// <summary>Lists the pixels of the block that meet a pixel by way of a tap, as starts in both operands; returns how many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Meet(int pixelBegin, int pixelEnd, int tap, int* from, int* at)
    {
        ConvolutionGeometry g = Geometry;
        (int ky, int kx) = Math.DivRem(tap, g.KernelWidth);
        // Along a line, each step of so many columns moves the other side by so many of its own.
        int step = g.Transposed ? g.StrideX : 1, otherStep = g.Transposed ? 1 : g.StrideX;
        int firstX = 0, count = 0;
        while (firstX < g.OutputWidth && g.Source(firstX, kx, vertical: false) < 0) firstX++;
        if (firstX == g.OutputWidth) return 0;
        int firstOther = g.Source(firstX, kx, vertical: false);
        int longest = Math.Min((g.OutputWidth - firstX + step - 1) / step, (g.Width - firstOther + otherStep - 1) / otherStep);

        for (int line = pixelBegin / g.OutputWidth, lineBegin = line * g.OutputWidth; lineBegin < pixelEnd; line++, lineBegin += g.OutputWidth)
        {
            (int picture, int y) = Math.DivRem(line, g.OutputHeight);
            int other = g.Source(y, ky, vertical: true);
            if (other < 0) continue;
            int begin = Math.Max(0, (pixelBegin - lineBegin - firstX + step - 1) / step);
            int end = Math.Min(longest, (pixelEnd - lineBegin - firstX + step - 1) / step);
            int start = ((picture * g.Height + other) * g.Width + firstOther + begin * otherStep) * RowStride;
            int own = (lineBegin + firstX + begin * step - pixelBegin) * PanelWidth;
            Vector128<int> starts = Vector128.Create(start) + Vector128<int>.Indices * (otherStep * RowStride);
            Vector128<int> owns = Vector128.Create(own) + Vector128<int>.Indices * (step * PanelWidth);
            // Four at a time: what is written beyond the line, the next one overwrites.
            for (int i = begin; i < end; i += 4)
            {
                starts.Store(from + count + (i - begin));
                owns.Store(at + count + (i - begin));
                starts += Vector128.Create(4 * otherStep * RowStride);
                owns += Vector128.Create(4 * step * PanelWidth);
            }

            count += Math.Max(0, end - begin);
        }

        return count;
    }
}

/// <summary>
/// Adds the sums of <see cref="WeightGradientKernel"/> to the gradient, slice by slice. A unit is a row.
/// </summary>
internal readonly unsafe struct WeightGradientSum : IKernel
{
    public required WeightGradientKernel Source { get; init; }

    /// <summary>The gradient; its taps lie side by side.</summary>
    public required float* Gradient { get; init; }

    /// <summary>Elements of the gradient from one row of the sums to the next.</summary>
    public required long RowStride { get; init; }

    /// <summary>Elements of the gradient from one column of the sums to the next.</summary>
    public required long ColumnStride { get; init; }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>(int begin, int end)
        where T : struct, ISimd<T>
    {
        const int Width = WeightGradientKernel.PanelWidth;
        int taps = Source.Taps, slices = Source.Slices;
        long bytes = sizeof(float) * 2L * Width * taps, slice = Source.SumsOfSlice;
        float* sums = (float*)NativePool.Rent(bytes), turned = sums + Width * taps;
        for (int row = begin; row < end; row++)
        {
            for (int panel = 0; panel < Source.Panels; panel++)
            {
                for (int tap = 0; tap < taps; tap++)
                {
                    float* from = Source.Sums + (((long)panel * taps + tap) * Source.RowCount + row) * Width;
                    for (int c = 0; c < Width; c += T.Width)
                    {
                        T sum = T.Load(from + c);
                        for (int s = 1; s < slices; s++) sum += T.Load(from + s * slice + c);
                        sum.Store(sums + tap * Width + c);
                    }
                }

                int columns = Math.Min(Width, Source.ColumnCount - panel * Width);
                float* to = Gradient + row * RowStride + panel * Width * ColumnStride;
                if (taps > 1) Turning.Turn(sums, Width, turned, taps, taps, columns);
                float* added = taps > 1 ? turned : sums;
                if (ColumnStride == taps)
                {
                    Map.Accumulate<T>(added, to, columns * taps);
                    continue;
                }

                for (int c = 0; c < columns; c++)
                    for (int tap = 0; tap < taps; tap++) to[c * ColumnStride + tap] += added[c * taps + tap];
            }
        }

        NativePool.Return(sums, bytes);
    }
}
