using System.Runtime.CompilerServices;
using Rubato.Tensors.Kernels;
using Rubato.Tensors.Threads;

namespace Rubato.Benchmarks.Kernels;

/// <summary>The rate of fused multiply-adds from registers: what no kernel of the set can exceed on this machine.</summary>
internal static unsafe class FmaPeak
{
    private const int Iterations = 400_000;
    private const int Chains = 12;   // two a cycle at a latency of four or five, and some

    /// <summary>Operations a second of all threads of the team, the best of several runs.</summary>
    public static double Measure(KernelSet set)
    {
        int threads = WorkerTeam.Current.Threads, width = WidthOf(set);
        float* sums = stackalloc float[threads];
        var loop = new Loop(sums);
        double best = double.PositiveInfinity;
        for (int run = 0; run < 3; run++)
            best = Math.Min(best, Stopwatches.Seconds(() => set.For(loop, threads, long.MaxValue)));
        return 2.0 * Chains * width * Iterations * threads / best;
    }

    private static int WidthOf(KernelSet set)
    {
        int width = 0;
        set.Run(new WidthProbe(&width), 0, 1);
        return width;
    }

    private readonly struct WidthProbe(int* width) : IKernel
    {
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
            => *width = T.Width;
    }

    private readonly struct Loop(float* sums) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            T a = T.Create(1e-3f), b = T.Create(1e-3f), c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11;
            c0 = c1 = c2 = c3 = c4 = c5 = c6 = c7 = c8 = c9 = c10 = c11 = T.Zero;
            for (int i = 0; i < Iterations; i++)
            {
                c0 = T.Fma(a, b, c0);
                c1 = T.Fma(a, b, c1);
                c2 = T.Fma(a, b, c2);
                c3 = T.Fma(a, b, c3);
                c4 = T.Fma(a, b, c4);
                c5 = T.Fma(a, b, c5);
                c6 = T.Fma(a, b, c6);
                c7 = T.Fma(a, b, c7);
                c8 = T.Fma(a, b, c8);
                c9 = T.Fma(a, b, c9);
                c10 = T.Fma(a, b, c10);
                c11 = T.Fma(a, b, c11);
            }

            // Used, or the compiler would leave the loop out.
            float* lanes = stackalloc float[T.Width];
            (c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11).Store(lanes);
            sums[begin] = *lanes;
        }
    }
}
