using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Rubato.Tensors.Kernels.Assembled;

/// <summary>
/// The product by tdpbf16ps on two by two tiles of 16 x 16: the instruction computes a step of the specification.
/// </summary>
internal readonly unsafe struct AmxTile : IBFloat16Tile
{
    private const int TileRows = 16, RowBytes = 64, TileBytes = TileRows * RowBytes;
    private const int A0 = 4, A1 = 5, B0 = 6, B1 = 7;   // sums are tiles 0 to 3

    private const int Both = 4, Apart = 2, Adds = 1;   // bits of a kernel's index

    private static readonly delegate* unmanaged<TileJob*, void>[] Kernels = new delegate* unmanaged<TileJob*, void>[8];
    private static delegate* unmanaged<byte*, void> _configure;
    private static delegate* unmanaged<void> _release;

    /// <summary>Eight tiles of 16 rows of 64 bytes.</summary>
    private static byte* _palette;

    public static int Rows => 2 * TileRows;

    public static int Columns => Pairs.Columns;

    public static int Size => sizeof(ushort);

    public static int PartSteps => 90;

    public static bool ReadsRowsApart => true;

    /// <inheritdoc cref="DotTile.Prepare"/>
    public static string? Prepare()
    {
        const string Refused = "the system refuses executable memory";
        for (int i = 0; i < Kernels.Length; i++)
        {
            byte[] code = Assemble(both: (i & Both) != 0, apart: (i & Apart) != 0, adds: (i & Adds) != 0);
            Kernels[i] = (delegate* unmanaged<TileJob*, void>)NativeCode.Publish(code);
            if (Kernels[i] == null) return Refused;
        }

        _configure = (delegate* unmanaged<byte*, void>)NativeCode.Publish(AssembleConfigure());
        _release = (delegate* unmanaged<void>)NativeCode.Publish(AssembleRelease());
        if (_configure == null || _release == null) return Refused;
        _palette = (byte*)NativeMemory.AlignedAlloc(RowBytes, RowBytes);
        WritePalette(_palette);
        return null;
    }

    /// <summary>The kernel for the upper 16 rows or for both halves.</summary>
    /// <param name="both">Both halves.</param>
    /// <param name="apart">Whether rows of A lie apart, or side by side in tiles.</param>
    /// <param name="adds">Whether C has a value to begin with.</param>
    public static byte[] Assemble(bool both, bool apart, bool adds)
    {
        const Register Stride = Register.R8, StrideOfC = Register.R9;
        Register strideOfA = apart ? Register.R10 : Stride, lower = apart ? Register.R11 : Register.Rax;
        var code = new Emitter();
        code.Load(Register.Rax, Register.Rdi, TileJob.AtA);
        code.Load(Register.Rcx, Register.Rdi, TileJob.AtB);
        code.Load(Register.Rdx, Register.Rdi, TileJob.AtC);
        code.Load(Register.Rsi, Register.Rdi, TileJob.AtSteps);
        if (apart)
        {
            code.Load(strideOfA, Register.Rdi, TileJob.AtPitch);
            code.Load(lower, Register.Rdi, TileJob.AtLower);
            code.Load(Register.Rdi, Register.Rdi, TileJob.AtMoves);
        }

        code.Set(Stride, RowBytes);
        code.Set(StrideOfC, 2 * RowBytes);
        int sums = both ? 4 : 2;
        for (int sum = 0; sum < sums; sum++)
        {
            if (adds) code.LoadTile(sum, Register.Rdx, StrideOfC, PlaceOfSum(sum));
            else code.ClearTile(sum);
        }

        int loop = code.Here;
        code.LoadTile(B0, Register.Rcx, Stride, 0);
        code.LoadTile(A0, Register.Rax, strideOfA, 0);
        code.DotTiles(0, A0, B0);
        code.LoadTile(B1, Register.Rcx, Stride, TileBytes);
        code.DotTiles(1, A0, B1);
        if (both)
        {
            code.LoadTile(A1, lower, strideOfA, apart ? 0 : TileBytes);
            code.DotTiles(2, A1, B0);
            code.DotTiles(3, A1, B1);
        }

        if (apart)
        {
            code.AddFrom(Register.Rax, Register.Rdi);
            code.AddFrom(lower, Register.Rdi);
            code.Add(Register.Rdi, sizeof(long));
        }
        else
        {
            code.Add(Register.Rax, 2 * TileBytes);
        }

        code.Add(Register.Rcx, 2 * TileBytes);
        code.Decrement(Register.Rsi);
        code.JumpIfNotZero(loop);
        for (int sum = 0; sum < sums; sum++) code.StoreTile(sum, Register.Rdx, StrideOfC, PlaceOfSum(sum));
        code.Return();
        return code.ToArray();

        static int PlaceOfSum(int sum) => sum / 2 * 2 * TileBytes + sum % 2 * RowBytes;
    }

    public static byte[] AssembleConfigure()
    {
        var code = new Emitter();
        code.ConfigureTiles(Register.Rdi);
        code.Return();
        return code.ToArray();
    }

    public static byte[] AssembleRelease()
    {
        var code = new Emitter();
        code.ReleaseTiles();
        code.Return();
        return code.ToArray();
    }

    /// <summary>What ldtilecfg reads: 64 bytes.</summary>
    public static void WritePalette(byte* to)
    {
        const int Tiles = 8, AtRowBytes = 16, AtRows = 48;
        new Span<byte>(to, RowBytes).Clear();
        to[0] = 1;   // the palette that has tiles
        for (int tile = 0; tile < Tiles; tile++)
        {
            ((ushort*)(to + AtRowBytes))[tile] = RowBytes;
            to[AtRows + tile] = TileRows;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackRow(float* from, int count, byte* to, nint pitch)
    {
        for (; count >= BFloat16.Step; count -= BFloat16.Step, from += BFloat16.Step, to += pitch)
            Pairs.Round(from).Store((ushort*)to);
        if (count > 0) Pairs.Round(from, count).Store((ushort*)to);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PackPanel(float* from, byte* to)
    {
        for (int pair = 0; pair < BFloat16.Step / 2; pair++)
            Pairs.Write(pair, from + 2 * pair * Columns, from + (2 * pair + 1) * Columns, to);
    }

    public static void Begin() => _configure(_palette);

    public static void End() => _release();

    public static void Multiply(int rows, byte* a, byte* b, int steps, float* c, bool adds)
    {
        var job = new TileJob { A = a, B = b, C = c, Steps = steps };
        Kernels[Index(rows > TileRows, apart: false, adds)](&job);
    }

    public static void MultiplyApart(int rows, byte* a, nint pitch, nint* moves, byte* b, int steps, float* c, bool adds)
    {
        var job = new TileJob { A = a, B = b, C = c, Steps = steps, Lower = a + TileRows * pitch, Pitch = pitch, Moves = moves };
        Kernels[Index(rows > TileRows, apart: true, adds)](&job);
    }

    private static int Index(bool both, bool apart, bool adds) => (both ? Both : 0) | (apart ? Apart : 0) | (adds ? Adds : 0);
}
