using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Rubato.Tensors.Kernels.Assembled;

/// <summary>
/// The product by vdpbf16ps, which adds to each lane the product of its upper halves and then that of its lower halves.
/// Of four neighbours k0 to k3 the lanes hold (k2, k0) and (k3, k1), lower half first: so even and odd numbers have
/// accumulators of their own, in ascending order, and both products of every instruction count.
/// </summary>
internal readonly unsafe struct DotTile : IBFloat16Tile
{
    private const int MostRows = 7;   // 28 accumulators, two vectors of B, one of A
    private const int B0 = 28, B1 = 29, A = 30;
    private const int RowBytes = 64, HalfBytes = 1024, StepLanes = 16;

    private static readonly delegate* unmanaged<TileJob*, void>[] Kernels =
        new delegate* unmanaged<TileJob*, void>[MostRows + 1];   // by their rows

    public static int Rows => MostRows;

    public static int Columns => Pairs.Columns;

    public static int Size => sizeof(ushort);

    public static int PartSteps => 90;

    /// <summary>Makes the kernels ready.</summary>
    /// <returns>Why they cannot be; null where they are.</returns>
    public static string? Prepare()
    {
        for (int rows = 1; rows <= MostRows; rows++)
        {
            Kernels[rows] = (delegate* unmanaged<TileJob*, void>)NativeCode.Publish(Assemble(rows));
            if (Kernels[rows] == null) return "the system refuses executable memory";
        }

        return null;
    }

    /// <summary>The kernel for a number of rows.</summary>
    public static byte[] Assemble(int rows)
    {
        var code = new Emitter();
        code.Load(Register.Rax, Register.Rdi, TileJob.AtA);
        code.Load(Register.Rcx, Register.Rdi, TileJob.AtB);
        code.Load(Register.Rdx, Register.Rdi, TileJob.AtC);
        code.Load(Register.Rsi, Register.Rdi, TileJob.AtSteps);
        for (int sum = 0; sum < 4 * rows; sum++) code.ClearVector(sum);
        int loop = code.Here;
        for (int lane = 0; lane < StepLanes; lane++)
        {
            code.LoadVector(B0, Register.Rcx, lane * RowBytes);
            code.LoadVector(B1, Register.Rcx, lane * RowBytes + HalfBytes);
            for (int row = 0; row < rows; row++)
            {
                code.Broadcast(A, Register.Rax, row * RowBytes + lane * sizeof(uint));
                code.Dot(Sum(row, 0, lane % 2), A, B0);
                code.Dot(Sum(row, 1, lane % 2), A, B1);
            }
        }

        for (int row = 0; row < rows; row++)
        {
            for (int half = 0; half < 2; half++)
            {
                (int even, int odd, int c) = (Sum(row, half, 0), Sum(row, half, 1), (2 * row + half) * RowBytes);
                code.AddVectors(even, even, odd);
                code.AddVector(even, even, Register.Rdx, c);
                code.StoreVector(even, Register.Rdx, c);
                code.ClearVector(even);
                code.ClearVector(odd);
            }
        }

        code.Add(Register.Rax, MostRows * RowBytes);
        code.Add(Register.Rcx, 2 * HalfBytes);
        code.Decrement(Register.Rsi);
        code.JumpIfNotZero(loop);
        code.ZeroUpper();
        code.Return();
        return code.ToArray();

        static int Sum(int row, int half, int parity) => 4 * row + 2 * half + parity;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackRow(float* from, int count, byte* to, nint pitch)
    {
        for (; count >= BFloat16.Step; count -= BFloat16.Step, from += BFloat16.Step, to += pitch)
            Turned(Pairs.Round(from)).Store((ushort*)to);
        if (count > 0) Turned(Pairs.Round(from, count)).Store((ushort*)to);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackPanel(float* from, byte* to)
    {
        for (int lane = 0; lane < StepLanes; lane++)
        {
            float* upper = from + (lane / 2 * 4 + lane % 2) * Columns;
            Pairs.Write(lane, upper + 2 * Columns, upper, to);
        }
    }

    public static void Begin()
    {
    }

    public static void End()
    {
    }

    public static void Multiply(int rows, byte* a, byte* b, int steps, float* c, bool adds)
    {
        if (!adds) new Span<float>(c, rows * Columns).Clear();
        var job = new TileJob { A = a, B = b, C = c, Steps = steps };
        Kernels[rows](&job);
    }

    /// <summary>Every four numbers in the order third, first, fourth, second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ushort> Turned(Vector512<ushort> numbers) => Vector512.Shuffle(numbers, Vector512.Create(
        (ushort)2, 0, 3, 1, 6, 4, 7, 5, 10, 8, 11, 9, 14, 12, 15, 13,
        18, 16, 19, 17, 22, 20, 23, 21, 26, 24, 27, 25, 30, 28, 31, 29));
}
