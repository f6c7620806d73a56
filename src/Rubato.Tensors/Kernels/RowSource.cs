using System.Runtime.CompilerServices;

namespace Rubato.Tensors.Kernels;

/// <summary>
/// Where the left operand of a product lies: for every output row and tap, a pointer to the channels that meet the
/// weights of that tap. Taps outside of the picture read zeros.
/// </summary>
internal readonly unsafe struct RowSource
{
    private readonly float* _input;
    private readonly long _pixelStride;
    private readonly ConvolutionGeometry? _geometry;
    private readonly float* _zeros;

    private RowSource(float* input, int count, long pixelStride, ConvolutionGeometry? geometry, float* zeros)
    {
        _input = input;
        Count = count;
        _pixelStride = pixelStride;
        _geometry = geometry;
        _zeros = zeros;
    }

    /// <summary>Number of output rows.</summary>
    public int Count { get; }

    /// <summary>Number of rows, or pixels, that are read.</summary>
    public int Pixels => _geometry is { } g ? Count / (g.OutputHeight * g.OutputWidth) * (g.Height * g.Width) : Count;

    /// <summary>Rows of a matrix.</summary>
    public static RowSource Matrix(float* input, int rows, long stride) => new(input, rows, stride, geometry: null, zeros: null);

    /// <summary>Windows of channels-last pictures.</summary>
    /// <param name="input">First pixel of the first picture.</param>
    /// <param name="pictures">Number of pictures.</param>
    /// <param name="pixelStride">Elements from one pixel to the next.</param>
    /// <param name="geometry">Sizes, stride, padding.</param>
    /// <param name="zeros">As many zeros as a tap has channels.</param>
    public static RowSource Windows(float* input, int pictures, long pixelStride, ConvolutionGeometry geometry, float* zeros)
        => new(input, pictures * geometry.OutputHeight * geometry.OutputWidth, pixelStride, geometry, zeros);

    /// <summary>The same rows in a copy of the operand.</summary>
    /// <param name="input">First row or pixel of the copy.</param>
    /// <param name="pixelStride">Float32 elements from one to the next.</param>
    /// <param name="zeros">As many zeros as a tap has channels.</param>
    public RowSource Over(float* input, long pixelStride, float* zeros) => new(input, Count, pixelStride, _geometry, zeros);

    /// <summary>Whether row i of the product is pixel i, and nothing else.</summary>
    public bool IsMatrix => _geometry is not { } g
        || (g.KernelHeight * g.KernelWidth == 1 && g.Height == g.OutputHeight && g.Width == g.OutputWidth && g.PaddingTop == 0 && g.PaddingLeft == 0);

    /// <summary>The pictures with zeros around them, in which outputs are as far apart as what they read; null where they cannot be.</summary>
    public PaddedPictures? Padded()
        => _geometry is { } g && !IsMatrix ? PaddedPictures.Of(g, Count / (g.OutputHeight * g.OutputWidth)) : null;

    /// <summary>A row or pixel of the operand.</summary>
    public float* Pixel(int index) => _input + index * _pixelStride;

    /// <summary>Writes the pointers of rows [row, row + rows) for taps [tap, tap + taps) as [taps][pitch].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(int row, int rows, int tap, int taps, float** pointers, int pitch)
    {
        if (_geometry is not { } g)
        {
            for (int r = 0; r < rows; r++) pointers[r] = _input + (row + r) * _pixelStride;
            return;
        }

        for (int r = 0; r < rows;)
        {
            (int line, int x) = Math.DivRem(row + r, g.OutputWidth);
            (int picture, int y) = Math.DivRem(line, g.OutputHeight);
            int run = Math.Min(rows - r, g.OutputWidth - x);
            float* first = _input + (long)picture * g.Height * g.Width * _pixelStride;
            (int ky, int kx) = Math.DivRem(tap, g.KernelWidth);
            int sy = g.Source(y, ky, vertical: true);
            for (int t = 0; t < taps; t++)
            {
                FillRun(g, first + (long)sy * g.Width * _pixelStride, sy >= 0, x, kx, run, pointers + t * pitch + r);
                if (++kx < g.KernelWidth) continue;
                kx = 0;
                sy = g.Source(y, ++ky, vertical: true);
            }

            r += run;
        }
    }

    /// <summary>Pointers of neighbouring outputs of a line for one tap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FillRun(ConvolutionGeometry g, float* line, bool inside, int x, int kx, int run, float** pointers)
    {
        if (!inside)
        {
            for (int i = 0; i < run; i++) pointers[i] = _zeros;
        }
        else if (g.Transposed && g.StrideX > 1)
        {
            for (int i = 0; i < run; i++)
            {
                int sx = g.Source(x + i, kx, vertical: false);
                pointers[i] = sx >= 0 ? line + sx * _pixelStride : _zeros;
            }
        }
        else
        {
            int sx = g.Transposed ? x + g.PaddingLeft - kx * g.DilationX : x * g.StrideX + kx * g.DilationX - g.PaddingLeft;
            long step = g.StrideX * _pixelStride;
            float* pixel = line + sx * _pixelStride;
            for (int i = 0; i < run; i++, sx += g.StrideX, pixel += step)
                pointers[i] = (uint)sx < (uint)g.Width ? pixel : _zeros;
        }
    }
}

/// <summary>Sizes of a convolution over pictures, or of its transpose.</summary>
internal sealed record ConvolutionGeometry
{
    public required int Height { get; init; }

    public required int Width { get; init; }

    public required int OutputHeight { get; init; }

    public required int OutputWidth { get; init; }

    public required int KernelHeight { get; init; }

    public required int KernelWidth { get; init; }

    public int StrideY { get; init; } = 1;

    public int StrideX { get; init; } = 1;

    public int DilationY { get; init; } = 1;

    public int DilationX { get; init; } = 1;

    /// <summary>Zeros above the picture.</summary>
    public int PaddingTop { get; init; }

    /// <summary>Zeros left of the picture.</summary>
    public int PaddingLeft { get; init; }

    /// <summary>The output is the larger side: its pixel o meets input (o + padding - k * dilation) / stride where that is whole.</summary>
    public bool Transposed { get; init; }

    /// <summary>The input line (or column) that kernel position <paramref name="k"/> of output <paramref name="o"/> reads; -1 outside.</summary>
    public int Source(int o, int k, bool vertical)
    {
        (int stride, int dilation, int padding, int size) = vertical
            ? (StrideY, DilationY, PaddingTop, Height) : (StrideX, DilationX, PaddingLeft, Width);
        int at;
        if (Transposed)
        {
            int scaled = o + padding - k * dilation;
            if (scaled < 0 || scaled % stride != 0) return -1;
            at = scaled / stride;
        }
        else
        {
            at = o * stride + k * dilation - padding;
        }

        return (uint)at < (uint)size ? at : -1;
    }
}
