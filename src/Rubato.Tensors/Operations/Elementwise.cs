using System.Runtime.CompilerServices;
using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>A function of two numbers at every width.</summary>
internal interface IBinary
{
    /// <summary>Whether the derivatives read the operands.</summary>
    static abstract bool SavesOperands { get; }

    static abstract T Invoke<T>(T x, T y)
        where T : struct, ISimd<T>;

    /// <summary>dy times the derivative with respect to x; the shape of dy.</summary>
    static abstract Tensor Left(Tensor dy, Tensor x, Tensor y);

    /// <summary>dy times the derivative with respect to y; the shape of dy.</summary>
    static abstract Tensor Right(Tensor dy, Tensor x, Tensor y);
}

/// <summary>
/// Arithmetic element by element. Axes are aligned at the end; an axis of length 1 is repeated to meet the other's.
/// </summary>
public static class Elementwise
{
    /// <summary>left + right.</summary>
    /// <exception cref="ArgumentException">The shapes cannot be broadcast to one.</exception>
    public static Tensor Add(this Tensor left, Tensor right) => Apply<Sum>(left, right);

    /// <summary>left - right.</summary>
    /// <inheritdoc cref="Add"/>
    public static Tensor Subtract(this Tensor left, Tensor right) => Apply<Difference>(left, right);

    /// <summary>left * right.</summary>
    /// <inheritdoc cref="Add"/>
    public static Tensor Multiply(this Tensor left, Tensor right) => Apply<ProductOf>(left, right);

    /// <summary>left / right.</summary>
    /// <inheritdoc cref="Add"/>
    public static Tensor Divide(this Tensor left, Tensor right) => Apply<Quotient>(left, right);

    /// <summary>Every element times a number, in float64, rounded once.</summary>
    public static Tensor Scale(this Tensor tensor, double scale) => LinearCombination.Of((scale, tensor));

    /// <summary>Every element plus a number.</summary>
    public static Tensor AddScalar(this Tensor tensor, float value) => tensor.Add(Tensor.Full([1], value));

    private static Tensor Apply<TOperation>(Tensor left, Tensor right)
        where TOperation : struct, IBinary
    {
        Tensor result = Tensor.Empty(Broadcast(left.Shape, right.Shape));
        Compute<TOperation>(left, right, result);
        if (Tape.For(left, right) is { } tape) Record<TOperation>(tape, left, right, result);
        return result;
    }

    private static void Record<TOperation>(Tape tape, Tensor left, Tensor right, Tensor result)
        where TOperation : struct, IBinary
    {
        if (TOperation.SavesOperands)
        {
            tape.Save(left);
            tape.Save(right);
        }

        tape.Record(result, dy =>
        {
            left.Adjoint?.Add(SumTo(left.Shape, TOperation.Left(dy, left, right)));
            right.Adjoint?.Add(SumTo(right.Shape, TOperation.Right(dy, left, right)));
        });
    }

    /// <summary>target += addend, of one shape.</summary>
    internal static void Accumulate(Tensor target, Tensor addend) => Compute<Sum>(target, addend, target);

    /// <summary>Undoes broadcasting: the sum over the axes along which a tensor of the shape was repeated.</summary>
    internal static unsafe Tensor SumTo(Shape shape, Tensor dy)
    {
        if (shape == dy.Shape) return dy;
        int front = dy.Shape.Rank - shape.Rank;
        int[] repeated = [.. Enumerable.Range(0, dy.Shape.Rank)
            .Where(axis => dy.Shape[axis] != 1 && (axis < front || shape[axis - front] == 1))];
        if (repeated.Length == 0) return dy.Reshape(shape);
        (int first, int last) = (repeated[0], repeated[^1] + 1);
        int rows = dy.Shape.Product(first, last), columns = dy.Shape.Product(last, dy.Shape.Rank);
        if (columns == 1 || repeated.Aggregate(1, (product, axis) => product * dy.Shape[axis]) != rows)
            return dy.Sum(repeated).Reshape(shape);
        Tensor sums = Tensor.Zeros(shape);   // neighbouring axes, but not the last: columns of matrices
        ColumnSums.AddTo(dy.Floats, dy.Shape.Product(0, first), rows, columns, sums.Floats);
        return sums;
    }

    private static unsafe void Compute<TOperation>(Tensor left, Tensor right, Tensor result)
        where TOperation : struct, IBinary
    {
        Shape shape = result.Shape;
        if (result.Count == 0) return;

        // Trailing axes along which both are dense, or one does not move, are one run.
        int split = shape.Rank;
        while (split > 0 && Run(left.Shape, shape, split - 1) != 0 && Run(right.Shape, shape, split - 1) != 0) split--;
        int run = shape.Product(split, shape.Rank);
        bool leftMoves = left.Shape.Product(Math.Max(0, left.Shape.Rank - (shape.Rank - split)), left.Shape.Rank) == run;
        bool rightMoves = right.Shape.Product(Math.Max(0, right.Shape.Rank - (shape.Rank - split)), right.Shape.Rank) == run;
        int runs = shape.Product(0, split);
        int* lengths = stackalloc int[3 * shape.Rank], leftSteps = lengths + shape.Rank, rightSteps = leftSteps + shape.Rank;
        for (int axis = 0; axis < split; axis++)
        {
            lengths[axis] = shape[axis];
            leftSteps[axis] = Step(left.Shape, shape, axis);
            rightSteps[axis] = Step(right.Shape, shape, axis);
        }

        var kernel = new RunKernel<TOperation>(left.Floats, right.Floats, result.Floats, run, leftMoves, rightMoves)
        {
            Axes = split,
            Lengths = lengths,
            LeftSteps = leftSteps,
            RightSteps = rightSteps,
        };
        KernelSet.Current.For(kernel, kernel.Units(runs), result.Count);
    }

    /// <summary>The common shape of two operands.</summary>
    internal static Shape Broadcast(Shape left, Shape right)
    {
        int rank = Math.Max(left.Rank, right.Rank);
        int[] lengths = new int[rank];
        for (int axis = 1; axis <= rank; axis++)
        {
            int l = axis <= left.Rank ? left[-axis] : 1, r = axis <= right.Rank ? right[-axis] : 1;
            if (l != r && l != 1 && r != 1)
                throw new ArgumentException($"The shapes {left} and {right} cannot be combined element by element.", nameof(right));
            lengths[rank - axis] = l == 1 ? r : l;
        }

        return Shape.Create(lengths);
    }

    /// <summary>How an operand behaves on the axes from <paramref name="split"/> on: 1 dense, 2 constant, 0 neither.</summary>
    private static int Run(Shape operand, Shape result, int split)
    {
        bool dense = true, constant = true;
        for (int axis = split; axis < result.Rank; axis++)
        {
            int own = axis - (result.Rank - operand.Rank), length = own < 0 ? 1 : operand[own];
            if (length != result[axis]) dense = false;
            if (length != 1) constant = false;
        }

        return dense ? 1 : constant ? 2 : 0;
    }

    /// <summary>Elements of an operand from one index of an axis of the result to the next; 0 where it is repeated.</summary>
    private static int Step(Shape operand, Shape result, int axis)
    {
        int own = axis - (result.Rank - operand.Rank);
        return own < 0 || operand[own] == 1 ? 0 : operand.Product(own + 1, operand.Rank);
    }

    private readonly struct Sum : IBinary
    {
        public static bool SavesOperands => false;

        public static T Invoke<T>(T x, T y)
            where T : struct, ISimd<T>
            => x + y;

        public static Tensor Left(Tensor dy, Tensor x, Tensor y) => dy;

        public static Tensor Right(Tensor dy, Tensor x, Tensor y) => dy;
    }

    private readonly struct Difference : IBinary
    {
        public static bool SavesOperands => false;

        public static T Invoke<T>(T x, T y)
            where T : struct, ISimd<T>
            => x - y;

        public static Tensor Left(Tensor dy, Tensor x, Tensor y) => dy;

        public static Tensor Right(Tensor dy, Tensor x, Tensor y) => -dy;
    }

    private readonly struct ProductOf : IBinary
    {
        public static bool SavesOperands => true;

        public static T Invoke<T>(T x, T y)
            where T : struct, ISimd<T>
            => x * y;

        public static Tensor Left(Tensor dy, Tensor x, Tensor y) => dy * y;

        public static Tensor Right(Tensor dy, Tensor x, Tensor y) => dy * x;
    }

    private readonly struct Quotient : IBinary
    {
        public static bool SavesOperands => true;

        public static T Invoke<T>(T x, T y)
            where T : struct, ISimd<T>
            => x / y;

        public static Tensor Left(Tensor dy, Tensor x, Tensor y) => dy / y;

        public static Tensor Right(Tensor dy, Tensor x, Tensor y) => -(dy * x) / (y * y);
    }

    /// <summary>Runs along which each operand is dense or constant; a unit is a piece of a run.</summary>
    private readonly unsafe struct RunKernel<TOperation>(
        float* left, float* right, float* result, int run, bool leftMoves, bool rightMoves) : IKernel
        where TOperation : struct, IBinary
    {
        private const int PieceLength = 16384;

        /// <summary>Axes outside of a run, with their lengths and the operands' steps.</summary>
        public required int Axes { get; init; }

        public required int* Lengths { get; init; }

        public required int* LeftSteps { get; init; }

        public required int* RightSteps { get; init; }

        private int Pieces => (run + PieceLength - 1) / PieceLength;

        public int Units(int runs) => runs * Pieces;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            for (int unit = begin; unit < end; unit++)
            {
                int index = unit / Pieces, first = unit % Pieces * PieceLength, count = Math.Min(PieceLength, run - first);
                float* l = left + (leftMoves ? first : 0), r = right + (rightMoves ? first : 0);
                for (int axis = Axes - 1, rest = index; axis >= 0; axis--)
                {
                    (rest, int place) = Math.DivRem(rest, Lengths[axis]);
                    l += (long)place * LeftSteps[axis];
                    r += (long)place * RightSteps[axis];
                }

                Piece<T>(l, r, result + (long)index * run + first, count);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Piece<T>(float* l, float* r, float* y, int count)
            where T : struct, ISimd<T>
        {
            int width = T.Width, i = 0;
            T x0 = T.Create(*l), y0 = T.Create(*r);
            if (leftMoves && rightMoves)
                for (; i + width <= count; i += width) TOperation.Invoke(T.Load(l + i), T.Load(r + i)).Store(y + i);
            else if (leftMoves)
                for (; i + width <= count; i += width) TOperation.Invoke(T.Load(l + i), y0).Store(y + i);
            else if (rightMoves)
                for (; i + width <= count; i += width) TOperation.Invoke(x0, T.Load(r + i)).Store(y + i);
            float* rest = stackalloc float[Lanes.Count];
            for (; i < count; i++)
            {
                TOperation.Invoke(T.Create(leftMoves ? l[i] : *l), T.Create(rightMoves ? r[i] : *r)).Store(rest);
                y[i] = *rest;
            }
        }
    }
}
