namespace Rubato.Tensors.Layers;

/// <summary>The derivatives of <see cref="Linear"/>: a convolution of one pixel.</summary>
internal static class LinearGradient
{
    /// <summary>With respect to the input.</summary>
    /// <param name="dy">[.., O]</param>
    /// <param name="weight">[O, I]</param>
    /// <returns>[.., I]</returns>
    public static Tensor Input(Tensor dy, Tensor weight)
        => dy.Reshape(-1, weight.Shape[0]).MatMul(weight).Reshape(dy.Shape.With(-1, weight.Shape[1]));

    /// <summary>With respect to the weight.</summary>
    /// <param name="x">[.., I]</param>
    /// <param name="dy">[.., O]</param>
    /// <param name="dWeight">[O, I]: is added to.</param>
    public static void Weight(Tensor x, Tensor dy, Tensor dWeight)
        => Conv2dGradient.Weight(x.Reshape(1, 1, -1, x.Shape[-1]), dy.Reshape(1, 1, -1, dy.Shape[-1]), new ConvOptions(),
            dWeight.Reshape(dWeight.Shape[0], dWeight.Shape[1], 1, 1));
}
