using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>The derivatives of activations.</summary>
internal static unsafe class ActivationGradient
{
    /// <summary>dy times the derivative at x.</summary>
    public static Tensor Compute(Tensor x, Tensor dy, Activation activation)
    {
        Tensor dx = Tensor.Empty(x.Shape);
        KernelSet.Current.For(new Kernel(x.Floats, dy.Floats, dx.Floats, x.Count, activation), (x.Count + 4095) / 4096, x.Count * 16L);
        return dx;
    }

    /// <summary>A unit is a piece.</summary>
    private readonly struct Kernel(float* x, float* dy, float* dx, int count, Activation activation) : IKernel
    {
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            for (int i = begin * 4096; i < (int)Math.Min(end * 4096L, count); i++) dx[i] = (float)(dy[i] * Slope(x[i]));
        }

        private double Slope(double x)
        {
            double s = 1 / (1 + Math.Exp(-x));
            switch (activation)
            {
                case Activation.None: return 1;
                case Activation.Relu: return x > 0 ? 1 : 0;
                case Activation.Silu: return s * (1 + x * (1 - s));
                case Activation.Gelu:
                    return 0.5 * (1 + Erf(x / Math.Sqrt(2))) + x * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);
                case Activation.GeluTanh:
                    double k = Math.Sqrt(2 / Math.PI), t = Math.Tanh(k * (x + 0.044715 * x * x * x));
                    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * k * (1 + 3 * 0.044715 * x * x);
                case Activation.QuickGelu:
                    double q = 1 / (1 + Math.Exp(-1.702 * x));
                    return q * (1 + 1.702 * x * (1 - q));
                case Activation.Mish:
                    double m = Math.Tanh(x > 20 ? x : Math.Log(1 + Math.Exp(x)));
                    return m + x * (1 - m * m) * s;
                case Activation.Sigmoid: return s * (1 - s);
                case Activation.Tanh: return 1 - Math.Tanh(x) * Math.Tanh(x);
                default: throw new InvalidOperationException($"{activation} is no activation.");
            }
        }

        private static double Erf(double x)
        {
            Simd1 y = VectorMath.Erf(Simd1.Create((float)x));
            float result;
            y.Store(&result);
            return result;
        }
    }
}
