using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>Elements in another type.</summary>
public static unsafe class Conversion
{
    private const float HalfToSingle = 5.192296858534828e33f;   // 2^112: the exponents' biases are 15 and 127

    /// <summary>The elements as float32, rounded to nearest where they have more digits; float32 comes back as it is.</summary>
    public static Tensor ToFloat32(this Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.DType == DType.Float32 ? x : Convert(x, x.DType, DType.Float32);
    }

    /// <summary>
    /// The elements in another type, rounded to nearest, ties to even; integers take the nearest number that they
    /// hold, and 0 for what is not a number. By way of float32. The same type comes back as it is.
    /// </summary>
    public static Tensor To(this Tensor x, DType dtype)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.DType == dtype) return x;
        Tensor single = x.ToFloat32();
        return dtype == DType.Float32 ? single : Convert(single, dtype, dtype);
    }

    private static Tensor Convert(Tensor x, DType other, DType target)
    {
        Tensor y = Tensor.Empty(x.Shape, target);
        bool narrow = target != DType.Float32;
        var kernel = new Kernel(x.Bytes, y.Bytes, x.Count, other, narrow);
        KernelSet.Current.For(kernel, kernel.Units, x.Count * 2L);
        return y;
    }

    /// <summary>Between float32 and another type; a unit is a piece.</summary>
    private readonly struct Kernel(byte* x, byte* y, int count, DType other, bool narrow) : IKernel
    {
        private const int PieceLength = 8192;

        public int Units => (int)(((long)count + PieceLength - 1) / PieceLength);

        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            int first = begin * PieceLength, length = (int)Math.Min((long)end * PieceLength, count) - first;
            long size = other.Size();
            if (narrow) Narrow((float*)x + first, y + first * size, length);
            else Widen(x + first * size, (float*)y + first, length);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Widen(byte* from, float* to, int length)
        {
            switch (other)
            {
                case DType.Float16: Halves((ushort*)from, to, length); break;
                case DType.BFloat16: UpperHalves((ushort*)from, to, length); break;
                case DType.Float64: for (int i = 0; i < length; i++) to[i] = (float)((double*)from)[i]; break;
                case DType.Int64: for (int i = 0; i < length; i++) to[i] = ((long*)from)[i]; break;
                case DType.Int32: for (int i = 0; i < length; i++) to[i] = ((int*)from)[i]; break;
                case DType.UInt8: for (int i = 0; i < length; i++) to[i] = from[i]; break;
                case DType.Int8: for (int i = 0; i < length; i++) to[i] = ((sbyte*)from)[i]; break;
                case DType.Bool: for (int i = 0; i < length; i++) to[i] = from[i] == 0 ? 0 : 1; break;
                default: throw new InvalidOperationException($"{other} is no source of a conversion.");
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Narrow(float* from, byte* to, int length)
        {
            switch (other)
            {
                case DType.Float16: for (int i = 0; i < length; i++) ((Half*)to)[i] = (Half)from[i]; break;
                case DType.BFloat16: for (int i = 0; i < length; i++) ((ushort*)to)[i] = Kernels.BFloat16.Round(from[i]); break;
                case DType.Float64: for (int i = 0; i < length; i++) ((double*)to)[i] = from[i]; break;
                case DType.Int64: for (int i = 0; i < length; i++) ((long*)to)[i] = (long)MathF.Round(from[i]); break;
                case DType.Int32: for (int i = 0; i < length; i++) ((int*)to)[i] = (int)MathF.Round(from[i]); break;
                case DType.UInt8: for (int i = 0; i < length; i++) to[i] = (byte)Limited(from[i], byte.MinValue, byte.MaxValue); break;
                case DType.Int8: for (int i = 0; i < length; i++) ((sbyte*)to)[i] = (sbyte)Limited(from[i], sbyte.MinValue, sbyte.MaxValue); break;
                case DType.Bool: for (int i = 0; i < length; i++) to[i] = from[i] == 0 ? (byte)0 : (byte)1; break;
                default: throw new InvalidOperationException($"{other} is no target of a conversion.");
            }
        }

        private static int Limited(float x, int least, int greatest) => Math.Clamp((int)MathF.Round(x), least, greatest);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void UpperHalves(ushort* from, float* to, int length)
        {
            int i = 0;
            for (; i + 8 <= length; i += 8)
                (Vector256.WidenLower(Vector128.Load(from + i).ToVector256()) << 16).AsSingle().Store(to + i);
            for (; i < length; i++) to[i] = BitConverter.UInt32BitsToSingle((uint)from[i] << 16);
        }

        /// <summary>
        /// Exponent and fraction move to their places, and a product with 2^112 corrects the exponent: exact, also for
        /// numbers below the normal range. Infinity and what is not a number get the greatest exponent instead.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Halves(ushort* from, float* to, int length)
        {
            int i = 0;
            for (; i + 8 <= length; i += 8)
            {
                Vector256<uint> bits = Vector256.WidenLower(Vector128.Load(from + i).ToVector256());
                Vector256<uint> sign = (bits & Vector256.Create(0x8000u)) << 16, rest = (bits & Vector256.Create(0x7FFFu)) << 13;
                Vector256<uint> finite = (rest.AsSingle() * HalfToSingle).AsUInt32();
                Vector256<uint> other = rest | Vector256.Create(0x7F800000u);
                Vector256<uint> special = Vector256.GreaterThan(rest.AsInt32(), Vector256.Create((0x7C00 << 13) - 1)).AsUInt32();
                (sign | Vector256.ConditionalSelect(special, other, finite)).AsSingle().Store(to + i);
            }

            for (; i < length; i++) to[i] = (float)BitConverter.UInt16BitsToHalf(from[i]);
        }
    }
}
