using Rubato.Tensors.Kernels;
using Rubato.Tensors.Kernels.Assembled;
using Rubato.Tensors.Threads;

namespace Rubato.Benchmarks.Kernels;

/// <summary>
/// The rate of the instructions that a set computes bfloat16 products by, from registers: dot products, tiles, or fused
/// multiply-adds where it has neither.
/// </summary>
internal static unsafe class BFloat16Peak
{
    private const long Turns = 200_000;
    private const int Tiles = 4;   // independent sums, with two operands each of A and B

    private static void* _dots;
    private static void* _tiles;

    /// <summary>Operations a second of all threads of the team, the best of several runs.</summary>
    public static double Measure(KernelSet set) => set switch
    {
        AssembledKernels<DotTile>
            => Rate<DotTile>(set, Published(ref _dots, DotRate.Assemble(dots: true)), 2.0 * 2 * 16 * DotRate.Chains),
        AssembledKernels<AmxTile>
            => Rate<AmxTile>(set, Published(ref _tiles, AssembleTiles()), 2.0 * 16 * 16 * BFloat16.Step * Tiles),
        _ => FmaPeak.Measure(set),
    };

    private static double Rate<TTile>(KernelSet set, void* code, double operations)
        where TTile : struct, IBFloat16Tile
    {
        int threads = WorkerTeam.Current.Threads;
        double best = double.PositiveInfinity;
        for (int run = 0; run < 3; run++)
            best = Math.Min(best, Stopwatches.Seconds(() => set.For(new Loop<TTile>(code), threads, long.MaxValue)));
        return operations * Turns * threads / best;
    }

    private static void* Published(ref void* code, byte[] bytes)
    {
        if (code == null) code = NativeCode.Publish(bytes);
        return code != null ? code : throw new PlatformNotSupportedException("The system refuses executable memory.");
    }

    private static byte[] AssembleTiles()
    {
        var code = new Emitter();
        int loop = code.Here;
        for (int sum = 0; sum < Tiles; sum++) code.DotTiles(sum, 4 + sum / 2, 6 + sum % 2);
        code.Decrement(Register.Rdi);
        code.JumpIfNotZero(loop);
        code.Return();
        return code.ToArray();
    }

    private readonly struct Loop<TTile>(void* code) : IKernel
        where TTile : struct, IBFloat16Tile
    {
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            TTile.Begin();
            for (int unit = begin; unit < end; unit++) ((delegate* unmanaged<long, void>)code)(Turns);
            TTile.End();
        }
    }
}
