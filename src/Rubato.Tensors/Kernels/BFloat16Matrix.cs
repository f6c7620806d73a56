using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Rubato.Tensors.Threads;

namespace Rubato.Tensors.Kernels;

/// <summary>
/// Bfloat16 weights in panels: [N / panel][steps of K][panel], zeros beyond K and N. The left operand is rounded and laid
/// side by side in tiles: block by block, before a block meets all panels, or as a whole where threads share its rows.
/// The pixels of a picture are rounded beforehand, since windows read them several times; tiles that can read rows apart
/// read them where they lie, once zeros around the pictures make their distance even.
/// </summary>
internal sealed unsafe class BFloat16Matrix<TTile> : PackedMatrix
    where TTile : struct, IBFloat16Tile
{
    // Below this many rows each thread takes columns, so that no thread reads all weights.
    private const int RowsWorthSplitting = 256;

    private readonly KernelSet _set;
    private readonly TensorMemory _memory;
    private readonly TensorMemory _bias;
    private readonly int _columns;
    private readonly int _taps;
    private readonly int _channels;

    private BFloat16Matrix(KernelSet set, in WeightMatrix weights)
    {
        (_set, _columns, _taps, _channels) = (set, weights.Columns, weights.Taps, weights.Channels);
        _memory = TensorMemory.Allocate((long)Panels * Steps * PanelBytes);
        _bias = TensorMemory.Allocate((long)Panels * TTile.Columns * sizeof(float));
    }

    /// <summary>Bytes of a step of one row.</summary>
    private static int RowBytes => BFloat16.Step * TTile.Size;

    /// <summary>Bytes of a step of one panel.</summary>
    private static int PanelBytes => RowBytes * TTile.Columns;

    private int StepsOfTap => BFloat16.Steps(_channels);

    private int Steps => _taps * StepsOfTap;

    private int Panels => (_columns + TTile.Columns - 1) / TTile.Columns;

    private byte* Weights => _memory.Pointer;

    /// <summary>One number a column, zeros where the layer has no bias.</summary>
    private float* Bias => (float*)_bias.Pointer;

    public static BFloat16Matrix<TTile> Pack(KernelSet set, in WeightMatrix weights)
    {
        var packed = new BFloat16Matrix<TTile>(set, weights);
        packed.Repack(weights);
        return packed;
    }

    public override void Repack(in WeightMatrix weights)
    {
        _set.For(new Packer(this, weights), Panels, (long)Steps * BFloat16.Step * weights.Columns * 8);
        for (int n = 0; n < Panels * TTile.Columns; n++)
            Bias[n] = weights.Bias != null && n < weights.Columns ? weights.Bias[n] : 0;
    }

    public override void Multiply(in Product product)
    {
        RowSource rows = product.Rows;
        if (TTile.ReadsRowsApart && rows.Padded() is { } padded)
        {
            MultiplyPadded(product, padded);
            return;
        }

        int tiles = (rows.Count + TTile.Rows - 1) / TTile.Rows, pixelBytes = StepsOfTap * RowBytes;
        bool byRows = ByRows(rows.Count);
        long work = Work(rows.Count);
        if (rows.IsMatrix && byRows)
        {
            _set.For(new Multiplier(this, product, new Left(rows), byRows), tiles, work);
            return;
        }

        // Pictures get one pixel of zeros more, for taps outside of them.
        bool tiled = rows.IsMatrix;
        long bytes = tiled ? (long)tiles * TTile.Rows * pixelBytes : (rows.Pixels + 1L) * pixelBytes;
        byte* rounded = (byte*)NativePool.Rent(bytes);
        try
        {
            _set.For(new Rounder(rows, _channels, rounded, tiled), rows.Pixels, (long)rows.Pixels * _channels * 4);
            if (!tiled)
            {
                byte* zeros = rounded + (long)rows.Pixels * pixelBytes;
                new Span<byte>(zeros, pixelBytes).Clear();
                rows = rows.Over((float*)rounded, pixelBytes / sizeof(float), (float*)zeros);
            }

            var left = new Left(rows) { Tiles = tiled ? rounded : null };
            _set.For(new Multiplier(this, product, left, byRows), byRows ? tiles : Panels, work);
        }
        finally
        {
            NativePool.Return(rounded, bytes);
        }
    }

    /// <summary>A convolution that reads its pictures in place.</summary>
    private void MultiplyPadded(in Product product, PaddedPictures padded)
    {
        int tiles = (padded.Count + TTile.Rows - 1) / TTile.Rows, pixelBytes = StepsOfTap * RowBytes;
        bool byRows = ByRows(padded.Count);
        long pixels = (long)tiles * TTile.Rows + padded.Reach, bytes = pixels * pixelBytes + Steps * sizeof(nint);
        byte* rounded = (byte*)NativePool.Rent(bytes);
        nint* moves = (nint*)(rounded + pixels * pixelBytes);
        for (int step = 0; step < Steps - 1; step++) moves[step] = Place(padded, step + 1) - Place(padded, step);
        moves[Steps - 1] = 0;
        try
        {
            _set.For(new Padder(product.Rows, padded, _channels, rounded, pixels), padded.Lines, pixels * _channels * 4);
            var left = new Left(product.Rows) { Padded = padded, Pixels = rounded, Moves = moves };
            _set.For(new Multiplier(this, product, left, byRows), byRows ? tiles : Panels, Work(padded.Count));
        }
        finally
        {
            NativePool.Return(rounded, bytes);
        }
    }

    /// <summary>Bytes from an output's pixel to a step of what it reads.</summary>
    private nint Place(PaddedPictures padded, int step)
        => (nint)padded.Tap(step / StepsOfTap) * StepsOfTap * RowBytes + step % StepsOfTap * RowBytes;

    private bool ByRows(int rows) => rows > RowsWorthSplitting || Panels < WorkerTeam.Current.Threads;

    /// <summary>Float operations of a product.</summary>
    private long Work(int rows) => 2L * rows * Steps * BFloat16.Step * _columns;

    /// <summary>The left operand, in the form that a product reads.</summary>
    /// <param name="rows">A matrix as it is, or pictures: rounded, unless they are padded.</param>
    private readonly struct Left(RowSource rows)
    {
        public readonly RowSource Rows = rows;

        /// <summary>A matrix rounded and in tiles; null where tiles are still to be laid, or rows lie apart.</summary>
        public byte* Tiles { get; init; }

        /// <summary>Pictures whose rows lie apart; null for others.</summary>
        public PaddedPictures? Padded { get; init; }

        /// <summary>Pixels of padded pictures, rounded.</summary>
        public byte* Pixels { get; init; }

        /// <summary>Bytes from each step of padded pixels to the next.</summary>
        public nint* Moves { get; init; }

        public int Count => Padded?.Count ?? Rows.Count;
    }

    /// <summary>A unit is a panel.</summary>
    private readonly struct Packer(BFloat16Matrix<TTile> matrix, WeightMatrix weights) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            int width = TTile.Columns;
            float* block = stackalloc float[BFloat16.Step * width];
            byte* to = matrix.Weights + (long)begin * matrix.Steps * PanelBytes;
            for (int panel = begin; panel < end; panel++)
            {
                float* columns = weights.Data + panel * width * weights.ColumnStride;
                int count = Math.Min(width, weights.Columns - panel * width);
                for (int tap = 0; tap < weights.Taps; tap++)
                {
                    for (int channel = 0; channel < weights.Channels; channel += BFloat16.Step, to += PanelBytes)
                    {
                        new Span<float>(block, BFloat16.Step * width).Clear();
                        float* from = columns + tap * weights.TapStride + channel * weights.ChannelStride;
                        int rows = Math.Min(BFloat16.Step, weights.Channels - channel);
                        for (int k = 0; k < rows; k++, from += weights.ChannelStride)
                            for (int n = 0; n < count; n++) block[k * width + n] = from[n * weights.ColumnStride];
                        TTile.PackPanel(block, to);
                    }
                }
            }
        }
    }

    /// <summary>A unit is a row or pixel of the left operand, which becomes a run of its own or a row of a tile.</summary>
    private readonly struct Rounder(RowSource rows, int channels, byte* to, bool tiled) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            int height = tiled ? TTile.Rows : 1, pitch = height * RowBytes, row = begin % height;
            long tileBytes = (long)BFloat16.Steps(channels) * pitch;
            byte* tile = to + begin / height * tileBytes;
            for (int pixel = begin; pixel < end; pixel++)
            {
                TTile.PackRow(rows.Pixel(pixel), channels, tile + row * RowBytes, pitch);
                if (++row < height) continue;
                row = 0;
                tile += tileBytes;
            }
        }
    }

    /// <summary>A unit is a line of padded pictures; the last has what is read beyond it.</summary>
    private readonly struct Padder(RowSource rows, PaddedPictures padded, int channels, byte* to, long pixels) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            int pixelBytes = BFloat16.Steps(channels) * RowBytes;
            for (int line = begin; line < end; line++)
            {
                long first = (long)line * padded.Width, beyond = line == padded.Lines - 1 ? pixels : first + padded.Width;
                int pixel = padded.FirstPixel(line);
                if (pixel >= 0)
                {
                    Clear(first, first + padded.Left);
                    first += padded.Left;
                    for (int x = 0; x < padded.PictureWidth; x++, first++)
                        TTile.PackRow(rows.Pixel(pixel + x), channels, to + first * pixelBytes, RowBytes);
                }

                Clear(first, beyond);
            }
        }

        private void Clear(long first, long beyond)
        {
            int pixelBytes = BFloat16.Steps(channels) * RowBytes;
            NativeMemory.Clear(to + first * pixelBytes, (nuint)((beyond - first) * pixelBytes));
        }
    }

    /// <summary>A unit is a tile of rows, with all panels, or a panel, with all rows.</summary>
    /// <param name="matrix">The weights.</param>
    /// <param name="product">Where the results go.</param>
    /// <param name="left">The left operand.</param>
    /// <param name="byRows">What a unit is.</param>
    private readonly struct Multiplier(BFloat16Matrix<TTile> matrix, Product product, Left left, bool byRows)
        : IKernel
    {
        // What a block has of the left operand stays in the second cache level beside a panel.
        private const int BlockBytes = 256 << 10;

        private static int StepBytes => TTile.Rows * RowBytes;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            int height = TTile.Rows, longest = Math.Min(TTile.PartSteps, matrix.Steps), pixelBytes = matrix.StepsOfTap * RowBytes;
            int rowBegin = byRows ? begin * height : 0, rowEnd = byRows ? Math.Min(end * height, left.Count) : left.Count;
            int panelBegin = byRows ? 0 : begin, panelEnd = byRows ? matrix.Panels : end;
            int tilesOfRun = (rowEnd - rowBegin + height - 1) / height;
            bool lays = left.Tiles == null && left.Padded == null;
            int tileBytes = left.Padded == null ? longest * StepBytes : height * pixelBytes;
            int blockRows = Math.Clamp(BlockBytes / tileBytes, 1, Math.Max(1, tilesOfRun)) * height;
            int sumsBytes = height * TTile.Columns * sizeof(float), pointerBytes = matrix._taps * height * sizeof(float*);
            int placeBytes = blockRows * sizeof(long);
            long bytes = sumsBytes + pointerBytes + placeBytes + (lays ? (long)blockRows * longest * RowBytes : 0);
            byte* memory = (byte*)NativePool.Rent(bytes), laid = memory + sumsBytes + pointerBytes + placeBytes;
            float** pointers = (float**)(memory + sumsBytes);
            long* places = (long*)(memory + sumsBytes + pointerBytes);
            TTile.Begin();
            try
            {
                for (int step = 0; step < matrix.Steps; step += longest)
                {
                    var part = new Part(step, Math.Min(step + longest, matrix.Steps));
                    for (int row = rowBegin; row < rowEnd; row += blockRows)
                    {
                        int blockEnd = Math.Min(row + blockRows, rowEnd);
                        FillPlaces(row, blockEnd, places);
                        byte* a;
                        long pitch;
                        if (left.Padded is { } padded)
                        {
                            pitch = (long)height * pixelBytes;
                            a = left.Pixels + (long)row * pixelBytes + matrix.Place(padded, step);
                        }
                        else if (left.Tiles != null)
                        {
                            pitch = (long)matrix.Steps * StepBytes;
                            a = left.Tiles + row / height * pitch + (long)step * StepBytes;
                        }
                        else
                        {
                            pitch = part.Steps * StepBytes;
                            a = laid;
                            byte* to = a;
                            for (int tile = row; tile < blockEnd; tile += height, to += pitch)
                                Lay(tile, Math.Min(height, blockEnd - tile), part, pointers, to);
                        }

                        for (int panel = panelBegin; panel < panelEnd; panel++)
                        {
                            byte* from = a;
                            for (int tile = row; tile < blockEnd; tile += height, from += pitch)
                            {
                                int count = Math.Min(height, blockEnd - tile);
                                Tile<T>(from, places + (tile - row), count, panel, part, (float*)memory);
                            }
                        }
                    }
                }
            }
            finally
            {
                TTile.End();
                NativePool.Return(memory, bytes);
            }
        }

        /// <summary>Elements from the first output to the rows [begin, end) of tiles; -1 where a row is none of the product's.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void FillPlaces(int begin, int end, long* places)
        {
            for (int row = begin; row < end;)
            {
                int output = row, run = end - row;
                if (left.Padded is { } padded) output = padded.Output(row, ref run);
                long place = -1, step = 0;
                if (output >= 0)
                {
                    run = Math.Min(run, product.EvenRows(output));
                    place = product.Offset(output);
                    step = product.OutputStride;
                }

                row += run;
                for (; run > 0; run--, place += step) *places++ = place;
            }
        }

        /// <summary>Lays the steps of some rows side by side: [steps][rows of a tile][32].</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Lay(int row, int count, Part part, float** pointers, byte* to)
        {
            RowSource rows = left.Rows;
            if (rows.IsMatrix)
            {
                int first = part.Begin * BFloat16.Step, end = Math.Min(part.End * BFloat16.Step, matrix._channels);
                for (int r = 0; r < count; r++, to += RowBytes)
                    TTile.PackRow(rows.Pixel(row + r) + first, end - first, to, StepBytes);
                return;
            }

            int stepsOfTap = matrix.StepsOfTap, tap = part.Begin / stepsOfTap, at = part.Begin % stepsOfTap;
            rows.Fill(row, count, tap, (part.End - 1) / stepsOfTap + 1 - tap, pointers, count);
            for (int step = part.Begin; step < part.End; step++, to += StepBytes)
            {
                for (int r = 0; r < count; r++) CopyStep((byte*)pointers[r] + at * RowBytes, to + r * RowBytes);
                if (++at < stepsOfTap) continue;
                at = 0;
                pointers += count;
            }
        }

        /// <summary>A step of one row, without a call: there is one for every 32 products of each output.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void CopyStep(byte* from, byte* to)
        {
            for (int i = 0; i < RowBytes; i += Vector512<byte>.Count) Vector512.Load(from + i).Store(to + i);
        }

        /// <summary>One part of K for one tile, and after the last part its epilogue.</summary>
        private void Tile<T>(byte* a, long* places, int count, int panel, Part part, float* sums)
            where T : struct, ISimd<T>
        {
            int width = TTile.Columns, columns = Math.Min(width, matrix._columns - panel * width);
            bool isFirst = part.Begin == 0, isLast = part.End == matrix.Steps;
            float* y = product.Output + panel * width;
            for (int r = 0; r < count && !isFirst; r++)
                if (places[r] >= 0) Copy(y + places[r], sums + r * width, columns);

            byte* b = matrix.Weights + ((long)panel * matrix.Steps + part.Begin) * PanelBytes;
            if (left.Padded == null) TTile.Multiply(count, a, b, part.Steps, sums, adds: !isFirst);
            else TTile.MultiplyApart(count, a, matrix.StepsOfTap * RowBytes, left.Moves + part.Begin, b, part.Steps, sums, adds: !isFirst);

            if (isLast) Finish<T>(sums, places, count, panel, columns);
            for (int r = 0; r < count && !isLast; r++)
                if (places[r] >= 0) Copy(sums + r * width, y + places[r], columns);
        }

        /// <summary>y = activation((sum + bias) + residual)</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Finish<T>(float* sums, long* places, int count, int panel, int columns)
            where T : struct, ISimd<T>
        {
            float* bias = matrix.Bias + panel * TTile.Columns;
            bool adds = product.Residual != null;
            for (int row = 0; row < count; row++, sums += TTile.Columns)
            {
                if (places[row] < 0) continue;
                long at = places[row] + panel * TTile.Columns;
                float* y = product.Output + at, residual = product.Residual + at;
                int n = 0;
                for (; n + T.Width <= columns; n += T.Width)
                {
                    T sum = T.Load(sums + n) + T.Load(bias + n);
                    if (adds) sum += T.Load(residual + n);
                    sum.Store(y + n);
                }

                for (; n < columns; n++)
                {
                    float sum = sums[n] + bias[n];
                    y[n] = adds ? sum + residual[n] : sum;
                }

                Map.Activate<T>(product.Activation, y, columns);
            }
        }

        private static void Copy(float* from, float* to, int count)
            => Unsafe.CopyBlockUnaligned(to, from, (uint)count * sizeof(float));
    }

    /// <summary>Consecutive steps of K, whose part of a panel stays near while rows go by.</summary>
    private readonly record struct Part(int Begin, int End)
    {
        public int Steps => End - Begin;
    }
}
