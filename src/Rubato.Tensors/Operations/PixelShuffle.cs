namespace Rubato.Tensors;

/// <summary>Channels as pixels and back; Shi et al. 2016, arXiv:1609.05158.</summary>
public static class PixelShuffles
{
    /// <summary>Channel c f^2 + f dy + dx of a pixel becomes channel c of pixel (dy, dx) of its square of side f.</summary>
    /// <param name="x">[N, H, W, C f^2]</param>
    /// <param name="factor">f</param>
    /// <returns>[N, H f, W f, C]</returns>
    public static Tensor PixelShuffle(this Tensor x, int factor)
    {
        Resampling.Check(x, factor, factor);
        (int n, int h, int w, int c) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3] / (factor * factor));
        if (c * factor * factor != x.Shape[3])
            throw new ArgumentException($"{x.Shape[3]} channels make no squares of side {factor}.", nameof(factor));
        return x.Reshape(n, h, w, c, factor, factor).Permute(0, 1, 4, 2, 5, 3).Reshape(n, h * factor, w * factor, c);
    }

    /// <summary>Undoes <see cref="PixelShuffle"/>.</summary>
    /// <param name="x">[N, H f, W f, C]</param>
    /// <param name="factor">f</param>
    /// <returns>[N, H, W, C f^2]</returns>
    public static Tensor PixelUnshuffle(this Tensor x, int factor)
    {
        Resampling.Check(x, factor, factor);
        (int n, int h, int w, int c) = (x.Shape[0], x.Shape[1] / factor, x.Shape[2] / factor, x.Shape[3]);
        if (h * factor != x.Shape[1] || w * factor != x.Shape[2])
            throw new ArgumentException($"A picture {x.Shape} has no whole squares of side {factor}.", nameof(factor));
        return x.Reshape(n, h, factor, w, factor, c).Permute(0, 1, 3, 5, 2, 4).Reshape(n, h, w, c * factor * factor);
    }
}
