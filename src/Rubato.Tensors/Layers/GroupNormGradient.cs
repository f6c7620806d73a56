using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Layers;

/// <summary>The derivatives of <see cref="GroupNorm"/> with its activation.</summary>
internal static unsafe class GroupNormGradient
{
    /// <summary>dx, and what is added to the derivatives of the other operands that are not null.</summary>
    /// <param name="x">[N, .., C]</param>
    /// <param name="dy">As x.</param>
    /// <param name="weight">[C]</param>
    /// <param name="bias">[C]</param>
    /// <param name="groups">Of the forward.</param>
    /// <param name="eps">Of the forward.</param>
    /// <param name="activation">Of the forward.</param>
    /// <param name="scale">[N, C]</param>
    /// <param name="shift">[N, C]</param>
    /// <param name="dWeight">[C]</param>
    /// <param name="dBias">[C]</param>
    /// <param name="dScale">[N, C]</param>
    /// <param name="dShift">[N, C]</param>
    public static Tensor Compute(
        Tensor x, Tensor dy, Tensor? weight, Tensor? bias, int groups, float eps, Activation activation,
        Tensor? scale, Tensor? shift, Tensor? dWeight, Tensor? dBias, Tensor? dScale, Tensor? dShift)
    {
        Tensor dx = Tensor.Empty(x.Shape);
        if (x.Count == 0) return dx;
        int pictures = x.Shape[0], channels = x.Shape[-1], pixels = x.Count / pictures / channels;
        using Scope scope = Scope.Begin();
        if (activation != Activation.None)
        {
            Tensor before = new GroupNorm(weight, bias, channels, groups, eps).Forward(x, Activation.None, scale, shift);
            dy = ActivationGradient.Compute(before, dy, activation);
        }

        // For every picture and channel the sums of dy and of dy norm(x).
        Tensor sums = Tensor.Empty([pictures, 2, channels]);
        var kernel = new Kernel(x.Floats, dy.Floats, dx.Floats, sums.Floats, pixels, channels, groups, eps)
        {
            Weight = weight is null ? null : weight.Floats,
            Scale = scale is null ? null : scale.Floats,
        };
        KernelSet.Current.For(kernel, pictures * groups, x.Count * 8L);
        for (int n = 0; n < pictures; n++)
        {
            float* plain = sums.Floats + 2L * n * channels, normal = plain + channels;
            for (int c = 0; c < channels; c++)
            {
                float w = weight is null ? 1 : weight.Floats[c], b = bias is null ? 0 : bias.Floats[c];
                float gain = scale is null ? 1 : 1 + scale.Floats[n * channels + c];
                if (dWeight is not null) dWeight.Floats[c] += gain * normal[c];
                if (dBias is not null) dBias.Floats[c] += gain * plain[c];
                if (dScale is not null) dScale.Floats[n * channels + c] += w * normal[c] + b * plain[c];
                if (dShift is not null) dShift.Floats[n * channels + c] += plain[c];
            }
        }

        return dx;
    }

    /// <summary>A unit is a group of a picture.</summary>
    private readonly struct Kernel(
        float* x, float* dy, float* dx, float* sums, int pixels, int channels, int groups, float eps) : IKernel
    {
        public required float* Weight { get; init; }

        public required float* Scale { get; init; }

        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            for (int unit = begin; unit < end; unit++) Group(unit / groups, unit % groups);
        }

        private void Group(int picture, int group)
        {
            int width = channels / groups, first = group * width;
            long at = (long)picture * pixels * channels;
            double count = (double)pixels * width, mean = 0, variance = 0;
            for (int p = 0; p < pixels; p++)
                for (int c = first; c < first + width; c++) mean += x[at + (long)p * channels + c];
            mean /= count;
            for (int p = 0; p < pixels; p++)
                for (int c = first; c < first + width; c++) variance += Math.Pow(x[at + (long)p * channels + c] - mean, 2);
            double reciprocal = 1 / Math.Sqrt(variance / count + eps), gradient = 0, product = 0;
            for (int c = first; c < first + width; c++)
            {
                double plain = 0, normal = 0;
                for (int p = 0; p < pixels; p++)
                {
                    long i = at + (long)p * channels + c;
                    plain += dy[i];
                    normal += dy[i] * (x[i] - mean) * reciprocal;
                }

                sums[(2L * picture) * channels + c] = (float)plain;
                sums[(2L * picture + 1) * channels + c] = (float)normal;
                gradient += Gain(picture, c) * plain;
                product += Gain(picture, c) * normal;
            }

            for (int c = first; c < first + width; c++)
            {
                for (int p = 0; p < pixels; p++)
                {
                    long i = at + (long)p * channels + c;
                    double normal = (x[i] - mean) * reciprocal;
                    dx[i] = (float)(reciprocal * (Gain(picture, c) * dy[i] - (gradient + normal * product) / count));
                }
            }
        }

        private double Gain(int picture, int c)
            => (Weight == null ? 1.0 : Weight[c]) * (Scale == null ? 1.0 : 1.0 + Scale[picture * channels + c]);
    }
}
