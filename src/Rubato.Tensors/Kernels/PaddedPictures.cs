namespace Rubato.Tensors.Kernels;

/// <summary>
/// Pictures with zeros around them, in which a pixel and the output whose window begins at it have one number: so a tap is a
/// constant distance from the output, and what it reads for neighbours are neighbours. The zeros on the right of a line are
/// those on the left of the next one, and those below a picture are those above the next one. Outputs that would begin in
/// zeros beyond a line or a picture are none of the product's.
/// </summary>
internal sealed class PaddedPictures
{
    // Rows of tiles that give no output are work for nothing.
    private const int MostRowsPerOutput = 2;

    private readonly ConvolutionGeometry _geometry;

    private PaddedPictures(ConvolutionGeometry g, int pictures)
    {
        _geometry = g;
        (ReachX, ReachY) = ((g.KernelWidth - 1) * g.DilationX, (g.KernelHeight - 1) * g.DilationY);
        // The taps of a transposed convolution look back: as many zeros as its windows lack of their reach.
        (Left, Top) = g.Transposed ? (ReachX - g.PaddingLeft, ReachY - g.PaddingTop) : (g.PaddingLeft, g.PaddingTop);
        Width = Math.Max(Left + g.Width, g.OutputWidth + ReachX - Left);
        Height = Math.Max(Top + g.Height, g.OutputHeight + ReachY - Top);
        Lines = pictures * Height;
    }

    /// <summary>Pixels of a line with its zeros.</summary>
    public int Width { get; }

    /// <summary>Lines of all pictures with their zeros.</summary>
    public int Lines { get; }

    /// <summary>Rows of the product, with those that are none of its.</summary>
    public int Count => Lines * Width;

    /// <summary>Pixels from an output to the last that it reads.</summary>
    public int Reach => ReachY * Width + ReachX;

    /// <summary>Zeros left of a line.</summary>
    public int Left { get; }

    /// <summary>Pixels of a line without its zeros.</summary>
    public int PictureWidth => _geometry.Width;

    /// <summary>Lines of zeros above a picture.</summary>
    private int Top { get; }

    /// <summary>Lines of a picture with its zeros.</summary>
    private int Height { get; }

    private int ReachX { get; }

    private int ReachY { get; }

    /// <summary>The form of a convolution's pictures; null where it moves by more than a pixel or would be mostly zeros.</summary>
    public static PaddedPictures? Of(ConvolutionGeometry g, int pictures)
    {
        if (g.StrideX != 1 || g.StrideY != 1) return null;
        var padded = new PaddedPictures(g, pictures);
        return padded.Left >= 0 && padded.Left <= padded.ReachX && padded.Top >= 0 && padded.Top <= padded.ReachY
            && padded.Width * padded.Height <= MostRowsPerOutput * g.OutputWidth * g.OutputHeight ? padded : null;
    }

    /// <summary>The pixel of the pictures that a line begins with; -1 for a line of zeros.</summary>
    public int FirstPixel(int line)
    {
        (int picture, int y) = Math.DivRem(line, Height);
        y -= Top;
        return (uint)y < (uint)_geometry.Height ? (picture * _geometry.Height + y) * _geometry.Width : -1;
    }

    /// <summary>Pixels from an output to what it reads for a tap.</summary>
    public int Tap(int tap)
    {
        (int ky, int kx) = Math.DivRem(tap, _geometry.KernelWidth);
        int place = ky * _geometry.DilationY * Width + kx * _geometry.DilationX;
        return _geometry.Transposed ? Reach - place : place;
    }

    /// <summary>The row of the product that belongs to a pixel; -1 where none does.</summary>
    /// <param name="pixel">Counted with zeros.</param>
    /// <param name="run">Pixels from this one on; becomes no more than what have neighbouring rows, or none.</param>
    public int Output(int pixel, ref int run)
    {
        (int line, int x) = Math.DivRem(pixel, Width);
        (int picture, int y) = Math.DivRem(line, Height);
        bool isOutput = x < _geometry.OutputWidth && y < _geometry.OutputHeight;
        run = Math.Min(run, (isOutput ? _geometry.OutputWidth : Width) - x);
        return isOutput ? (picture * _geometry.OutputHeight + y) * _geometry.OutputWidth + x : -1;
    }
}
