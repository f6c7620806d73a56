using System.Runtime.CompilerServices;

namespace Rubato.Tensors.Kernels;

/// <summary>What a normalisation multiplies and adds after it: weight and bias of all pictures, scale and shift of each.</summary>
internal readonly unsafe struct NormRows
{
    private readonly float* _weight;
    private readonly float* _bias;
    private readonly float* _scale;
    private readonly float* _shift;
    private readonly int _channels;

    /// <summary>Null stands for ones, zeros, zeros and zeros.</summary>
    public NormRows(Tensor? weight, Tensor? bias, Tensor? scale, Tensor? shift, int channels)
    {
        _weight = weight is null ? null : weight.Floats;
        _bias = bias is null ? null : bias.Floats;
        _scale = scale is null ? null : scale.Floats;
        _shift = shift is null ? null : shift.Floats;
        _channels = channels;
    }

    public double Weight(int channel) => _weight == null ? 1 : _weight[channel];

    public double Bias(int channel) => _bias == null ? 0 : _bias[channel];

    /// <summary>1 + scale.</summary>
    public double Gain(int picture, int channel) => _scale == null ? 1 : 1.0 + _scale[(long)picture * _channels + channel];

    private double Shift(int picture, int channel) => _shift == null ? 0 : _shift[(long)picture * _channels + channel];

    /// <summary>Sets the numbers that <see cref="ChannelAffine"/> reads for the channels of a group.</summary>
    /// <param name="picture">Index of the picture.</param>
    /// <param name="first">First channel of the group.</param>
    /// <param name="width">Channels of the group.</param>
    /// <param name="mean">Of the group.</param>
    /// <param name="reciprocal">One over the deviation of the group.</param>
    /// <param name="factors">Those of all pictures.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Factors(int picture, int first, int width, double mean, double reciprocal, float* factors)
    {
        for (int c = first; c < first + width; c++)
        {
            double gain = Gain(picture, c);
            ChannelAffine.Set(factors + (long)picture * 3 * _channels, _channels, c, mean, Weight(c) * gain * reciprocal,
                Bias(c) * gain + Shift(picture, c));
        }
    }
}
