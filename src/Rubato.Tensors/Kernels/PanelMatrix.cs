using System.Diagnostics;
using System.Runtime.CompilerServices;
using Rubato.Tensors.Threads;

namespace Rubato.Tensors.Kernels;

/// <summary>Float32 weights in panels of two vectors: [N / panel][K][panel], zeros beyond N.</summary>
internal sealed unsafe class PanelMatrix<TSimd> : PackedMatrix
    where TSimd : struct, ISimd<TSimd>
{
    // Below this many rows each thread takes columns, so that no thread reads all weights.
    private const int RowsWorthSplitting = 256;

    private readonly KernelSet _set;
    private readonly TensorMemory _memory;
    private readonly int _columns;
    private readonly int _taps;
    private readonly int _channels;

    private PanelMatrix(KernelSet set, in WeightMatrix weights)
    {
        (_set, _columns, _taps, _channels) = (set, weights.Columns, weights.Taps, weights.Channels);
        _memory = TensorMemory.Allocate(((long)Depth + 1) * Panels * PanelWidth * sizeof(float));
    }

    private static int PanelWidth => 2 * TSimd.Width;

    private int Depth => _taps * _channels;

    private int Panels => (_columns + PanelWidth - 1) / PanelWidth;

    private float* Weights => (float*)_memory.Pointer;

    /// <summary>One number a column, zeros where the layer has no bias.</summary>
    private float* Bias => Weights + (long)Depth * Panels * PanelWidth;

    public static PanelMatrix<TSimd> Pack(KernelSet set, in WeightMatrix weights)
    {
        var packed = new PanelMatrix<TSimd>(set, weights);
        packed.Repack(weights);
        return packed;
    }

    public override void Repack(in WeightMatrix weights)
    {
        if ((weights.Columns, weights.Taps, weights.Channels) != (_columns, _taps, _channels))
        {
            throw new ArgumentException($"The matrix has {_taps} taps of {_channels} x {_columns}, "
                + $"not {weights.Taps} of {weights.Channels} x {weights.Columns}.", nameof(weights));
        }

        var packer = new Packer(weights, Weights);
        _set.For(packer, Panels * packer.Parts, (long)Depth * _columns);
        for (int n = 0; n < Panels * PanelWidth; n++)
            Bias[n] = weights.Bias != null && n < _columns ? weights.Bias[n] : 0;
    }

    public override void Multiply(in Product product)
    {
        int tiles = (product.Rows.Count + TSimd.TileRows - 1) / TSimd.TileRows;
        bool byRows = product.Rows.Count > RowsWorthSplitting || Panels < WorkerTeam.Current.Threads;
        long work = 2L * product.Rows.Count * Depth * _columns;
        _set.For(new Multiplier(this, product, byRows), byRows ? tiles : Panels, work);
    }

    /// <summary>A unit is a part of the channels of a panel.</summary>
    private readonly struct Packer(WeightMatrix weights, float* destination) : IKernel
    {
        private const int PartChannels = 64;

        public int Parts => (weights.Channels + PartChannels - 1) / PartChannels;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            int width = 2 * T.Width, parts = Parts;
            for (int unit = begin; unit < end; unit++)
            {
                int panel = unit / parts, first = unit % parts * PartChannels;
                int channels = Math.Min(PartChannels, weights.Channels - first), columns = Math.Min(width, weights.Columns - panel * width);
                Part(weights.Data + panel * width * weights.ColumnStride + first * weights.ChannelStride, columns, channels,
                    destination + ((long)panel * weights.Taps * weights.Channels + first) * width, width);
            }
        }

        private void Part(float* from, int columns, int channels, float* to, int width)
        {
            long tapPitch = (long)weights.Channels * width;
            if (columns < width)
                for (int tap = 0; tap < weights.Taps; tap++) new Span<float>(to + tap * tapPitch, channels * width).Clear();
            if (weights.ChannelStride == 1 && weights.Taps == 1)
            {
                Turning.Turn(from, (nint)weights.ColumnStride, to, width, columns, channels);
                return;
            }

            for (int channel = 0; channel < channels; channel++, from += weights.ChannelStride, to += width)
            {
                if (weights.ColumnStride == 1)
                {
                    for (int tap = 0; tap < weights.Taps; tap++)
                        new ReadOnlySpan<float>(from + tap * weights.TapStride, columns).CopyTo(new Span<float>(to + tap * tapPitch, width));
                }
                else
                {
                    Debug.Assert(weights.Taps == 1 || weights.TapStride == 1, "taps lie side by side");
                    Turning.Turn(from, (nint)weights.ColumnStride, to, (nint)tapPitch, columns, weights.Taps);
                }
            }
        }
    }

    /// <summary>A unit is a tile of rows, with all panels, or a panel, with all rows.</summary>
    private readonly struct Multiplier(PanelMatrix<TSimd> matrix, Product product, bool byRows) : IKernel
    {
        // A part of K this long keeps a panel in the second cache level; C is read and written once for each part.
        private const int LongestPart = 1024;

        // Rows that go through all panels together: their operands stay in the second cache level.
        private const int BlockRows = 96;
        private const int MostPointers = 4096;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            int height = T.TileRows, width = 2 * T.Width;
            int rowBegin = byRows ? begin * height : 0;
            int rowEnd = byRows ? Math.Min(end * height, product.Rows.Count) : product.Rows.Count;
            int panelBegin = byRows ? 0 : begin, panelEnd = byRows ? matrix.Panels : end;
            float* scratch = stackalloc float[2 * height * width];
            float** pointers = stackalloc float*[MostPointers];

            int tapsOfPart = Math.Clamp(LongestPart / matrix._channels, 1, Math.Min(matrix._taps, MostPointers / height));
            int blockRows = Math.Max(1, Math.Min(BlockRows, MostPointers / tapsOfPart) / height) * height;
            for (int tap = 0; tap < matrix._taps; tap += tapsOfPart)
            {
                int taps = Math.Min(tapsOfPart, matrix._taps - tap);
                int longest = taps == 1 ? LongestPart : matrix._channels;
                for (int offset = 0; offset < matrix._channels; offset += longest)
                {
                    var part = new Part(tap, taps, offset, Math.Min(longest, matrix._channels - offset))
                    {
                        IsFirst = tap == 0 && offset == 0,
                        IsLast = tap + taps == matrix._taps && offset + longest >= matrix._channels,
                    };
                    for (int row = rowBegin; row < rowEnd; row += blockRows)
                        Block<T>(part, row, Math.Min(row + blockRows, rowEnd), panelBegin, panelEnd, pointers, scratch);
                }
            }
        }

        /// <summary>One part of K for a block of rows: every panel meets all tiles of the block while it is near.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Block<T>(
            in Part part, int rowBegin, int rowEnd, int panelBegin, int panelEnd, float** pointers, float* scratch)
            where T : struct, ISimd<T>
        {
            int pitch = T.TileRows, width = 2 * T.Width, size = pitch * part.Taps;
            for (int row = rowBegin, tile = 0; row < rowEnd; row += pitch, tile++)
                product.Rows.Fill(row, Math.Min(pitch, rowEnd - row), part.Tap, part.Taps, pointers + tile * size, pitch);

            for (int panel = panelBegin; panel < panelEnd; panel++)
            {
                float* b = matrix.Weights + ((long)panel * matrix.Depth + (long)part.Tap * matrix._channels + part.Offset) * width;
                float* bias = matrix.Bias + panel * width;
                int columns = Math.Min(width, matrix._columns - panel * width);
                for (int row = rowBegin; row < rowEnd;)
                {
                    float** a = pointers + (row - rowBegin) / pitch * size + (row - rowBegin) % pitch;
                    int rows = Math.Min(pitch - (row - rowBegin) % pitch, Math.Min(product.EvenRows(row), rowEnd - row));
                    rows = RegisterTile.Height(rows);
                    long at = product.Offset(row) + panel * width;
                    float* c = product.Output + at;
                    if (columns == width)
                    {
                        RegisterTile.Multiply<T>(rows, a, pitch, part.Taps, part.Offset, part.Length, b, c,
                            (nint)product.OutputStride, part.IsFirst ? bias : null);
                        if (part.IsLast) Finish<T>(at, rows, width, c, product.OutputStride);
                    }
                    else
                    {
                        if (!part.IsFirst) Copy(c, product.OutputStride, scratch, width, rows, columns);
                        RegisterTile.Multiply<T>(rows, a, pitch, part.Taps, part.Offset, part.Length, b, scratch,
                            width, part.IsFirst ? bias : null);
                        if (part.IsLast) Finish<T>(at, rows, columns, scratch, width);
                        Copy(scratch, width, c, product.OutputStride, rows, columns);
                    }

                    row += rows;
                }
            }
        }

        /// <summary>Residual and activation, while the tile is in the first cache level.</summary>
        private void Finish<T>(long at, int rows, int columns, float* c, long stride)
            where T : struct, ISimd<T>
        {
            if (product.Residual == null && product.Activation == Activation.None) return;
            for (int r = 0; r < rows; r++, c += stride)
            {
                if (product.Residual != null)
                    Map.Accumulate<T>(product.Residual + at + r * product.OutputStride, c, columns);
                Map.Activate<T>(product.Activation, c, columns);
            }
        }

        private static void Copy(float* from, long fromStride, float* to, long toStride, int rows, int columns)
        {
            for (int r = 0; r < rows; r++)
                for (int n = 0; n < columns; n++) to[r * toStride + n] = from[r * fromStride + n];
        }

        /// <summary>Consecutive K: whole taps, or a stretch of channels of one.</summary>
        private readonly record struct Part(int Tap, int Taps, int Offset, int Length)
        {
            public bool IsFirst { get; init; }

            public bool IsLast { get; init; }
        }
    }
}
