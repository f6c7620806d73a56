using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Layers;

/// <summary>The derivatives of <see cref="LayerNorm"/> and <see cref="RmsNorm"/>.</summary>
internal static unsafe class RowNormalGradient
{
    /// <summary>Of rows y = norm(x) gain + offset.</summary>
    /// <param name="x">[.., width]</param>
    /// <param name="dNormal">As x: with respect to norm(x).</param>
    /// <param name="eps">Of the forward.</param>
    /// <param name="centred">Whether the mean is taken away: a layer norm.</param>
    /// <returns>dx and norm(x).</returns>
    public static (Tensor Dx, Tensor Normal) Compute(Tensor x, Tensor dNormal, float eps, bool centred)
    {
        Tensor dx = Tensor.Empty(x.Shape), normal = Tensor.Empty(x.Shape);
        int width = x.Shape[-1];
        if (x.Count > 0)
        {
            var kernel = new Kernel(x.Floats, dNormal.Floats, dx.Floats, normal.Floats, width, eps, centred);
            KernelSet.Current.For(kernel, x.Count / width, x.Count * 12L);
        }

        return (dx, normal);
    }

    /// <summary>In float64; a unit is a row.</summary>
    private readonly struct Kernel(float* x, float* dNormal, float* dx, float* normal, int width, float eps, bool centred) : IKernel
    {
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            for (int row = begin; row < end; row++)
            {
                long at = (long)row * width;
                Row(x + at, dNormal + at, dx + at, normal + at);
            }
        }

        private void Row(float* from, float* d, float* to, float* n)
        {
            double mean = 0, squares = 0, gradient = 0, product = 0;
            if (centred)
            {
                for (int i = 0; i < width; i++) mean += from[i];
                mean /= width;
            }

            for (int i = 0; i < width; i++) squares += (from[i] - mean) * (from[i] - mean);
            double reciprocal = 1 / Math.Sqrt(squares / width + eps);
            for (int i = 0; i < width; i++)
            {
                double value = (from[i] - mean) * reciprocal;
                n[i] = (float)value;
                gradient += d[i];
                product += d[i] * value;
            }

            gradient = centred ? gradient / width : 0;
            product /= width;
            for (int i = 0; i < width; i++)
                to[i] = (float)(reciprocal * (d[i] - gradient - (from[i] - mean) * reciprocal * product));
        }
    }
}
