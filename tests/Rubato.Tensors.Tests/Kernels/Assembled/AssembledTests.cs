using Iced.Intel;
using Rubato.Tensors.Kernels;
using Rubato.Tensors.Kernels.Assembled;
using General = Rubato.Tensors.Kernels.Assembled.Register;
using Register = Iced.Intel.Register;

namespace Rubato.Tensors.Tests.Kernels.Assembled;

public sealed unsafe class AssembledTests
{
    [Fact]
    public void Instructions_are_encoded_as_by_another_assembler()
    {
        // As Iced 1.22.0 assembles them.
        Assert.Equal("C4E2784907", Hex(code => code.ConfigureTiles(General.Rdi)));
        Assert.Equal("C4E27849C0", Hex(code => code.ReleaseTiles()));
        Assert.Equal("C4E27B49D8", Hex(code => code.ClearTile(3)));
        Assert.Equal("C4E24A5CC4", Hex(code => code.DotTiles(0, 4, 6)));
        Assert.Equal("C4E2425CDD", Hex(code => code.DotTiles(3, 5, 7)));
        Assert.Equal("62923E4052C6", Hex(code => code.Dot(0, 24, 30)));
        // With a displacement of four bytes, where Iced takes as few as it can.
        Assert.Equal("C4E27B4BA41700000000", Hex(code => code.LoadTile(4, General.Rdi, General.Rdx, 0)));
        Assert.Equal("C4C27B4BBC3100040000", Hex(code => code.LoadTile(7, General.R9, General.Rsi, 1024)));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void The_kernel_of_tiles_reads_as_written(bool apart, bool adds)
    {
        string[] expected =
        [
            "mov rax,[rdi]", "mov rcx,[rdi+8]", "mov rdx,[rdi+10h]", "mov rsi,[rdi+18h]",
            .. apart ? new[] { "mov r10,[rdi+28h]", "mov r11,[rdi+20h]", "mov rdi,[rdi+30h]" } : [],
            "mov r8,40h", "mov r9,80h",
            .. adds
                ? new[] { "tileloadd tmm0,[rdx+r9]", "tileloadd tmm1,[rdx+r9+40h]", "tileloadd tmm2,[rdx+r9+800h]", "tileloadd tmm3,[rdx+r9+840h]" }
                : ["tilezero tmm0", "tilezero tmm1", "tilezero tmm2", "tilezero tmm3"],
            "tileloadd tmm6,[rcx+r8]", apart ? "tileloadd tmm4,[rax+r10]" : "tileloadd tmm4,[rax+r8]", "tdpbf16ps tmm0,tmm4,tmm6",
            "tileloadd tmm7,[rcx+r8+400h]", "tdpbf16ps tmm1,tmm4,tmm7",
            apart ? "tileloadd tmm5,[r11+r10]" : "tileloadd tmm5,[rax+r8+400h]", "tdpbf16ps tmm2,tmm5,tmm6", "tdpbf16ps tmm3,tmm5,tmm7",
            .. apart ? new[] { "add rax,[rdi]", "add r11,[rdi]", "add rdi,8" } : ["add rax,800h"],
            "add rcx,800h", "dec rsi", "jne short LOOP",
            "tilestored [rdx+r9],tmm0", "tilestored [rdx+r9+40h],tmm1", "tilestored [rdx+r9+800h],tmm2", "tilestored [rdx+r9+840h],tmm3",
            "ret",
        ];
        Instruction[] kernel = Interpreter.Decode(AmxTile.Assemble(both: true, apart, adds));
        Assert.Equal(expected, kernel.Select(next => next.Mnemonic == Mnemonic.Jne ? "jne short LOOP" : $"{next}"));
        int loop = Array.FindIndex(kernel, next => next.Op0Register == Register.TMM6);
        Assert.Equal(kernel[loop].IP, kernel.Single(next => next.Mnemonic == Mnemonic.Jne).NearBranch64);
    }

    [Fact]
    public void The_kernel_of_dot_products_uses_every_lane_twice_and_no_register_in_two_ways()
    {
        for (int rows = 1; rows <= DotTile.Rows; rows++)
        {
            Instruction[] kernel = Interpreter.Decode(DotTile.Assemble(rows));
            Instruction[] dots = [.. kernel.Where(next => next.Mnemonic == Mnemonic.Vdpbf16ps)];
            Assert.Equal(16 * 2 * rows, dots.Length);
            Assert.Equal(4 * rows, dots.Select(dot => dot.Op0Register).Distinct().Count());
            IEnumerable<Register> operands = dots.SelectMany(dot => (Register[])[dot.Op1Register, dot.Op2Register]);
            Assert.Empty(dots.Select(dot => dot.Op0Register).Intersect(operands));
            Assert.Equal(Mnemonic.Ret, kernel[^1].Mnemonic);
            Assert.Equal(Mnemonic.Vzeroupper, kernel[^2].Mnemonic);
        }
    }

    [Theory]
    [InlineData(true, Mnemonic.Vdpbf16ps)]
    [InlineData(false, Mnemonic.Vfmadd231ps)]
    public void The_loops_of_the_rate_test_have_sixteen_chains_and_end(bool dots, Mnemonic instruction)
    {
        Instruction[] loop = Interpreter.Decode(DotRate.Assemble(dots));
        Instruction[] chains = [.. loop.Where(next => next.Mnemonic == instruction)];
        Assert.Equal(DotRate.Chains, chains.Select(next => next.Op0Register).Distinct().Count());
        new Interpreter().Call(loop, 3);
    }

    [Fact]
    public void The_self_test_trusts_right_kernels_and_no_other()
    {
        Assert.All(InterpretedSets.All, set => Assert.Null(set.Unavailable));
        Assert.Contains("specification", SelfTest.Fails<Backwards>(), StringComparison.Ordinal);
    }

    [Fact]
    public void Published_code_runs_where_the_system_grants_it()
    {
        if (!OperatingSystem.IsLinux() || !System.Runtime.Intrinsics.X86.X86Base.X64.IsSupported) return;
        var code = new Emitter();
        code.Load(General.Rax, General.Rdi, 8);
        code.Add(General.Rax, 5);
        code.Return();
        void* function = NativeCode.Publish(code.ToArray());
        if (function == null) return;
        long* numbers = stackalloc long[] { 1, 37 };
        Assert.Equal(42, ((delegate* unmanaged<long*, long>)function)(numbers));
        // The one line whose range holds it: the system joins neighbours of one kind.
        string map = File.ReadLines("/proc/self/maps").Single(line =>
        {
            ulong[] range = [.. line.Split(' ')[0].Split('-').Select(end => Convert.ToUInt64(end, 16))];
            return range[0] <= (ulong)function && (ulong)function < range[1];
        });
        Assert.Contains(" r-xp ", map, StringComparison.Ordinal);   // and not writable
    }

    private static string Hex(Action<Emitter> write)
    {
        var code = new Emitter();
        write(code);
        return Convert.ToHexString(code.ToArray());
    }

    /// <summary>Sums K from its end: close, but not the same bits.</summary>
    private readonly struct Backwards : IBFloat16Tile
    {
        public static int Rows => VectorTile<Simd128>.Rows;

        public static int Columns => VectorTile<Simd128>.Columns;

        public static int Size => VectorTile<Simd128>.Size;

        public static int PartSteps => VectorTile<Simd128>.PartSteps;

        public static void PackRow(float* from, int count, byte* to, nint pitch)
        {
            float* turned = stackalloc float[count];
            for (int i = 0; i < count; i++) turned[i] = from[count - 1 - i];
            VectorTile<Simd128>.PackRow(turned, count, to, pitch);
        }

        public static void PackPanel(float* from, byte* to) => VectorTile<Simd128>.PackPanel(from, to);

        public static void Begin()
        {
        }

        public static void End()
        {
        }

        public static void Multiply(int rows, byte* a, byte* b, int steps, float* c, bool adds)
            => VectorTile<Simd128>.Multiply(rows, a, b, steps, c, adds);
    }
}
