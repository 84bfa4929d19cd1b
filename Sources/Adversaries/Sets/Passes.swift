import CKernels
import LinearAlgebra

/// The passes over one perturbation, for either precision; what they compute is written in CKernels/perturbations.h.
///
/// All take the rooms of the input, `nil` pointers without a box, and count elements.
extension Rooms {
  typealias Sums = (Element, Element, Element)

  /// delta <- clip(delta), with the rooms measured on the way and delta as it was kept in `copy`.
  ///
  /// - Returns: the squares of delta between its bounds and on them, and of `copy` where it can move at all; in units
  ///   of the radius. Without a box the first and the last are |delta|^2.
  @inline(__always) func boxSquares(
    _ x: UnsafePointer<Element>, _ box: ClosedRange<Element>?, unit: Element, _ delta: UnsafeMutablePointer<Element>,
    copy: UnsafeMutablePointer<Element>
  ) -> Sums {
    let (least, most) = (box?.lowerBound ?? 0, box?.upperBound ?? 0)
    var sums: Sums = (0, 0, 0)
    withUnsafeMutablePointer(to: &sums) {
      if Element.self == Double.self {
        shallows_box_squares_f64(
          Int64(count), as64(x), as64(least), as64(most), as64(unit), as64(delta), as64(copy), as64(lower),
          as64(upper), first64($0))
      } else {
        shallows_box_squares_f32(
          Int64(count), as32(x), as32(least), as32(most), as32(unit), as32(delta), as32(copy), as32(lower),
          as32(upper), first32($0))
      }
    }
    return lower == nil ? (sums.0, 0, sums.0) : sums
  }

  /// y = clip(s z); by how much it is too long, and the squares between the bounds, in units of the radius.
  @inline(__always) func clipScaled(
    _ z: UnsafePointer<Element>, by s: Element, _ radius: Radius<Element>, into y: UnsafeMutablePointer<Element>
  ) -> (excess: Excess, free: Double) {
    var sums = (0.0, 0.0, 0.0)
    withUnsafeMutablePointer(to: &sums) {
      if Element.self == Double.self {
        shallows_clip_scaled_f64(
          Int64(count), as64(z), as64(s), as64(lower), as64(upper), as64(radius.unit), radius.squareShift, as64(y),
          first64($0))
      } else {
        shallows_clip_scaled_f32(
          Int64(count), as32(z), as32(s), as32(lower), as32(upper), as32(radius.unit), 0, as32(y), first64($0))
      }
    }
    return (radius.squaredExcess(sums.0, sums.1, count: count), sums.2)
  }

  /// As `boxSquares`: |delta|_1, how many coordinates are between 0 and their bounds, and the largest of `copy`.
  @inline(__always) func boxSizes(
    _ x: UnsafePointer<Element>, _ box: ClosedRange<Element>?, _ delta: UnsafeMutablePointer<Element>,
    copy: UnsafeMutablePointer<Element>
  ) -> (total: Element, free: Element, largest: Element) {
    let (least, most) = (box?.lowerBound ?? 0, box?.upperBound ?? 0)
    var sums: Sums = (0, 0, 0)
    withUnsafeMutablePointer(to: &sums) {
      if Element.self == Double.self {
        shallows_box_sizes_f64(
          Int64(count), as64(x), as64(least), as64(most), as64(delta), as64(copy), as64(lower), as64(upper),
          first64($0))
      } else {
        shallows_box_sizes_f32(
          Int64(count), as32(x), as32(least), as32(most), as32(delta), as32(copy), as32(lower), as32(upper),
          first32($0))
      }
    }
    return sums
  }

  /// |y|_1 and how many are between 0 and their bounds, y = clip(sign(z_i) max(|z_i| - t, 0)).
  @inline(__always) func sizes(_ z: UnsafePointer<Element>, threshold t: Element) -> (total: Element, free: Element) {
    var sums: Sums = (0, 0, 0)
    withUnsafeMutablePointer(to: &sums) {
      if Element.self == Double.self {
        shallows_clipped_sizes_f64(Int64(count), as64(z), as64(t), as64(lower), as64(upper), first64($0))
      } else {
        shallows_clipped_sizes_f32(Int64(count), as32(z), as32(t), as32(lower), as32(upper), first32($0))
      }
    }
    return (sums.0, sums.1)
  }

  /// y = clip(sign(z_i) max(|z_i| - t, 0)) and by how much it is too long.
  @inline(__always) func clipThresholded(
    _ z: UnsafePointer<Element>, _ t: Element, _ radius: Radius<Element>, into y: UnsafeMutablePointer<Element>
  ) -> Excess {
    var sums = (0.0, 0.0)
    withUnsafeMutablePointer(to: &sums) {
      if Element.self == Double.self {
        shallows_clip_thresholded_f64(
          Int64(count), as64(z), as64(t), as64(lower), as64(upper), as64(radius.unit), radius.sizeShift, as64(y),
          first64($0))
      } else {
        shallows_clip_thresholded_f32(
          Int64(count), as32(z), as32(t), as32(lower), as32(upper), as32(radius.unit), 0, as32(y), first64($0))
      }
    }
    return radius.absoluteExcess(sums.0, sums.1, count: count)
  }
}

/// delta_i <- the nearest number within the radius and the room of x_i.
@inline(__always) func clipToCube<T: Scalar>(
  _ delta: UnsafeMutablePointer<T>, _ x: UnsafePointer<T>, _ radius: T, _ box: ClosedRange<T>?, count: Int
) {
  let (least, most) = (box?.lowerBound ?? -.infinity, box?.upperBound ?? .infinity)
  if T.self == Double.self {
    shallows_clip_cube_f64(Int64(count), as64(x), as64(radius), as64(least), as64(most), as64(delta))
  } else {
    shallows_clip_cube_f32(Int64(count), as32(x), as32(radius), as32(least), as32(most), as32(delta))
  }
}

/// a = x + delta rounded towards x.
@inline(__always) func addTowardsFirst<T: Scalar>(
  _ x: UnsafePointer<T>, _ delta: UnsafePointer<T>, _ a: UnsafeMutablePointer<T>, count: Int
) {
  if T.self == Double.self {
    shallows_add_towards_f64(Int64(count), as64(x), as64(delta), as64(a))
  } else {
    shallows_add_towards_f32(Int64(count), as32(x), as32(delta), as32(a))
  }
}

/// The rooms of x, into 2 arrays of `count` elements.
@inline(__always) func measureRooms<T: Scalar>(
  _ x: UnsafePointer<T>, _ box: ClosedRange<T>, _ lower: UnsafeMutablePointer<T>, _ upper: UnsafeMutablePointer<T>,
  count: Int
) {
  if T.self == Double.self {
    shallows_rooms_f64(
      Int64(count), as64(x), as64(box.lowerBound), as64(box.upperBound), as64(lower), as64(upper))
  } else {
    shallows_rooms_f32(
      Int64(count), as32(x), as32(box.lowerBound), as32(box.upperBound), as32(lower), as32(upper))
  }
}

// The same memory or number under the name of its precision, once the caller knows which that is.
@inline(__always) private func as64<T>(_ p: UnsafePointer<T>) -> UnsafePointer<Double> {
  UnsafeRawPointer(p).assumingMemoryBound(to: Double.self)
}
@inline(__always) private func as64<T>(_ p: UnsafeMutablePointer<T>) -> UnsafeMutablePointer<Double> {
  UnsafeMutableRawPointer(p).assumingMemoryBound(to: Double.self)
}
@inline(__always) private func as64<T>(_ p: UnsafeMutablePointer<T>?) -> UnsafeMutablePointer<Double>? {
  UnsafeMutableRawPointer(p)?.assumingMemoryBound(to: Double.self)
}
@inline(__always) private func first64<T>(_ sums: UnsafeMutablePointer<T>) -> UnsafeMutablePointer<Double> {
  UnsafeMutableRawPointer(sums).assumingMemoryBound(to: Double.self)
}
@inline(__always) private func first32<T>(_ sums: UnsafeMutablePointer<T>) -> UnsafeMutablePointer<Float> {
  UnsafeMutableRawPointer(sums).assumingMemoryBound(to: Float.self)
}
@inline(__always) private func as64<T: Scalar>(_ v: T) -> Double { unsafeBitCast(v, to: Double.self) }
@inline(__always) private func as32<T>(_ p: UnsafePointer<T>) -> UnsafePointer<Float> {
  UnsafeRawPointer(p).assumingMemoryBound(to: Float.self)
}
@inline(__always) private func as32<T>(_ p: UnsafeMutablePointer<T>) -> UnsafeMutablePointer<Float> {
  UnsafeMutableRawPointer(p).assumingMemoryBound(to: Float.self)
}
@inline(__always) private func as32<T>(_ p: UnsafeMutablePointer<T>?) -> UnsafeMutablePointer<Float>? {
  UnsafeMutableRawPointer(p)?.assumingMemoryBound(to: Float.self)
}
@inline(__always) private func as32<T: Scalar>(_ v: T) -> Float { unsafeBitCast(v, to: Float.self) }
